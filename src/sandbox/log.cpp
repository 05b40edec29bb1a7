#include "sandbox/log.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

std::size_t const lines_max = 1500;
std::size_t const line_bytes_max = 10'000;

/// How many bytes of the text make its first line of at most 10,000, without cutting a character.
std::size_t first_piece(std::string_view text) {
  if (text.size() <= line_bytes_max) return text.size();
  std::size_t end = line_bytes_max;
  auto const continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  while (end > line_bytes_max - 4 && continues(text[end])) --end;
  return end;
}

void add_one(App& app, LogLine line) {
  app.logs.push_back(std::move(line));
  if (app.logs.size() > lines_max) app.logs.pop_front();
  ++app.logged;
}

}  // namespace

void add_log(App& app, LogLine line) {
  if (!is_utf8(line.text)) line.text = as_utf8(line.text);
  bool const short_line = line.text.size() <= line_bytes_max;
  if (short_line && line.text.find_first_of("\r\n") == std::string::npos) {
    return add_one(app, std::move(line));
  }
  std::string const text = std::exchange(line.text, {});
  for (std::string_view rest : lines_of(text)) {
    if (rest.ends_with('\r')) rest.remove_suffix(1);
    do {
      std::size_t const length = first_piece(rest);
      line.text = rest.substr(0, length);
      rest.remove_prefix(length);
      add_one(app, line);
    } while (!rest.empty());
  }
}

std::string log_time(Instant at) {
  std::string text = iso8601(at);
  text.pop_back();
  auto const milliseconds =
      (at - std::chrono::floor<std::chrono::seconds>(at)) / std::chrono::milliseconds(1);
  return fmt::format("{}.{:03}000+00:00", text, milliseconds);
}

std::string log_text(LogLine const& line) {
  return fmt::format("{} {}[{}]: {}", log_time(line.at), line.source, line.dyno, line.text);
}

bool passes(LogFilter const& filter, LogLine const& line) {
  if (!filter.source.empty() && filter.source != line.source) return false;
  std::string_view const dyno = line.dyno;
  return filter.dyno.empty() || filter.dyno == dyno ||
         (dyno.starts_with(filter.dyno) && dyno.substr(filter.dyno.size()).starts_with('.'));
}

}  // namespace landfall::sandbox
