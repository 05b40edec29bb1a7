#include "workflow/shell_writes.h"

#include <algorithm>

#include "base/text.h"
#include "workflow/expression.h"
#include "workflow/shell_scan.h"

namespace landfall {
namespace {

std::optional<StepWrite::To> file_of(std::string_view text) {
  auto const has = [text](std::string_view part) { return text.find(part) != std::string::npos; };
  if (has("GITHUB_ENV") || has("github.env")) return StepWrite::To::env;
  if (has("GITHUB_OUTPUT") || has("github.output")) return StepWrite::To::output;
  if (has("GITHUB_PATH") || has("github.path")) return StepWrite::To::path;
  return std::nullopt;
}

std::string formatted(std::vector<std::string> const& words) {
  std::string text = words.size() > 1 ? replace_all(words[1], "\\n", "\n") : "";
  for (std::size_t i = 2; i < words.size(); ++i) {
    std::size_t const at = text.find("%s");
    if (at != std::string::npos) text.replace(at, 2, words[i]);
  }
  return text;
}

/// What a command prints, nullopt if that is not known.
std::optional<std::string> printed(ShellCommand const& command) {
  if (command.words.empty()) return std::nullopt;
  std::string const& name = command.words[0];
  if (name == "printf") return formatted(command.words);
  bool const prints_input = name == "cat" || name == "tee";
  if (prints_input) return command.input;
  bool const is_echo = name == "echo" || name == "Write-Output" || name == "Write-Host";
  if (!is_echo) return std::nullopt;
  std::string text;
  bool expands = false;
  std::size_t at = 1;
  for (; at < command.words.size() && (command.words[at] == "-e" || command.words[at] == "-n" ||
                                       command.words[at] == "-ne" || command.words[at] == "-en");
       ++at)
    expands = expands || command.words[at] != "-n";
  for (std::size_t i = at; i < command.words.size(); ++i)
    text += (i > at ? " " : "") + command.words[i];
  return expands ? replace_all(std::move(text), "\\n", "\n") : text;
}

std::optional<std::string> value_of(std::string_view text) {
  bool const is_one_mark =
      text.size() > 1 && text[0] == unknown_begin && text.find(unknown_end) == text.size() - 1;
  return is_one_mark ? std::nullopt : std::optional(std::string(text));
}

void read_lines(std::string_view text, StepWrite write, std::vector<StepWrite>& writes) {
  std::vector<std::string> const lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string_view const line = trim(lines[i]);
    std::size_t const document = line.find("<<");
    std::size_t const equals = line.find('=');
    write.value.reset();
    if (write.to == StepWrite::To::path) {
      write.name = line;
    } else if (document < equals) {
      write.name = line.substr(0, document);
      std::string_view const mark = line.substr(document + 2);
      std::string value;
      std::size_t end = i + 1;
      for (; end < lines.size() && trim(lines[end]) != mark; ++end)
        value += (end > i + 1 ? "\n" : "") + lines[end];
      if (end < lines.size() && i + 1 < lines.size()) write.value = value_of(value);
      i = std::min(end, lines.size() - 1);
    } else if (equals != std::string_view::npos) {
      write.name = line.substr(0, equals);
      write.value = value_of(line.substr(equals + 1));
    } else if (is_known(line)) {
      continue;
    } else {
      write.name.clear();
    }
    // A name that holds something unknown may be any.
    if (!is_known(write.name)) write.name.clear();
    writes.push_back(write);
  }
}

void read_commands(std::string_view text, StepWrite write, std::vector<StepWrite>& writes) {
  constexpr std::string_view command = "::set-output name=";
  std::size_t const at = text.find(command);
  if (at == std::string_view::npos) return;
  std::string_view const rest = text.substr(at + command.size());
  std::size_t const end = rest.find("::");
  if (end == std::string_view::npos) return;
  write.to = StepWrite::To::output;
  write.name = rest.substr(0, end);
  write.value = value_of(trim(rest.substr(end + 2)));
  writes.push_back(std::move(write));
}

/// PowerShell's `>>` and Out-File are words.
std::optional<StepWrite::To> file_in_words(ShellCommand const& command) {
  if (command.words.empty() || command.words[0] == "[" || command.words[0] == "[[") return {};
  for (std::size_t i = command.words.size(); i-- > 0;)
    if (auto const to =
            command.words[i].find(unknown_begin) == 0 ? file_of(command.words[i]) : std::nullopt)
      return to;
  return std::nullopt;
}

}  // namespace

std::vector<StepWrite> step_writes(ShellCommand const& command) {
  std::vector<StepWrite> writes;
  StepWrite write;
  write.perhaps = command.perhaps;
  std::optional<std::string> const text = printed(command);
  if (text) read_commands(*text, write, writes);
  std::optional<StepWrite::To> to;
  for (ShellRedirection const& redirection : command.redirections)
    if (auto const file = file_of(redirection.file)) to = file;
  bool const by_redirection = to.has_value();
  // What a pipe brings to tee was seen where it was printed.
  bool const is_seen = command.reads_pipe && !command.words.empty() && command.words[0] == "tee";
  if (!to && !is_seen) to = file_in_words(command);
  if (!to) return writes;
  write.to = *to;
  bool const is_program = !by_redirection && command.words[0] != "tee";
  if (text && !is_program) {
    read_lines(*text, write, writes);
    return writes;
  }
  // `"A=b" >> $env:GITHUB_ENV`: the words that assign are all there is to see.
  std::size_t const before = writes.size();
  for (std::string const& word : command.words)
    if (is_program && !assigned_name(word).name.empty()) read_lines(word, write, writes);
  if (writes.size() == before) writes.push_back(write);
  return writes;
}

}  // namespace landfall
