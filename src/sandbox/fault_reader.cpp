#include "sandbox/fault_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "sandbox/faults.h"

namespace landfall::sandbox {
namespace {

std::vector<std::string> const common_keys{"service",     "method", "path",  "kind", "times",
                                           "probability", "from",   "until", "for"};
/// What only some kinds take.
struct KindRow {
  FaultKind kind;
  std::vector<std::string> keys;
  std::string_view needed;  ///< empty: none
  bool on_router;
};
std::vector<KindRow> const kinds{
    {FaultKind::status, {"status", "retry_after"}, "", true},
    {FaultKind::latency, {"latency"}, "latency", true},
    {FaultKind::stall, {}, "", true},
    {FaultKind::truncate, {}, "", true},
    {FaultKind::wrong, {}, "", false},
    {FaultKind::html, {}, "", true},
    {FaultKind::huge, {}, "", true},
    {FaultKind::drop, {}, "", true},
    {FaultKind::lost, {}, "", true},
    {FaultKind::limited, {"status", "retry_after"}, "", false},
    {FaultKind::revoked, {"token", "user"}, "", false},
    {FaultKind::skew, {"skew"}, "skew", false},
    {FaultKind::stale, {"age"}, "age", false},
};
std::vector<std::string> const own_keys{"status", "retry_after", "latency", "token",
                                        "user",   "skew",        "age"};
std::string const old_latency = "latency_ms";  ///< of the control API

std::vector<std::string> fault_keys() {
  std::vector<std::string> keys = common_keys;
  keys.insert(keys.end(), own_keys.begin(), own_keys.end());
  return keys;
}

class Reader {
 public:
  Reader(State const& state, FaultSource const& source) : state_(state), source_(source) {}

  Result<Fault> read(Instant now) {
    TRY(read_what());
    TRY(read_where());
    TRY(read_how());
    TRY(read_window(now));
    return std::move(fault_);
  }

 private:
  using Failure = std::unexpected<Error>;
  Failure wrong(std::string_view key, std::string_view text) const {
    return Failure(source_.error(key, text));
  }

  Result<std::string> one_of(std::string_view key, std::vector<std::string> const& words) const {
    std::string const all = "expected one of " + join(words, ", ");
    auto const written = TRY(source_.text(key));
    if (!written) return wrong(key, "missing: " + all);
    if (std::find(words.begin(), words.end(), *written) != words.end()) return *written;
    return wrong(key, fmt::format("{}, found '{}'", all, printable(*written)));
  }

  Result<std::optional<std::int64_t>> integer(std::string_view key, std::int64_t first,
                                              std::int64_t last) const {
    auto const number = TRY(source_.number(key));
    if (!number) return std::optional<std::int64_t>();
    bool const good = std::floor(*number) == *number && *number >= static_cast<double>(first) &&
                      *number <= static_cast<double>(last);
    if (good) return std::optional(static_cast<std::int64_t>(*number));
    return wrong(key, fmt::format("expected a number from {} to {}", first, last));
  }

  Result<std::optional<Duration>> duration(std::string_view key) const {
    auto const written = TRY(source_.text(key));
    if (!written) return std::optional<Duration>();
    auto const read = parse_duration(*written);
    if (!read) return wrong(key, read.error().text);
    return std::optional(*read);
  }

  Result<std::optional<Instant>> instant(std::string_view key) const {
    auto const written = TRY(source_.text(key));
    if (!written) return std::optional<Instant>();
    auto const read = parse_instant(*written);
    if (!read) return wrong(key, read.error().text);
    return std::optional(*read);
  }

  Result<> read_what();
  Result<> read_where();
  Result<> read_how();
  Result<> read_limit();
  Result<> read_access();
  Result<> read_skew();
  Result<> read_window(Instant now);

  State const& state_;
  FaultSource const& source_;
  Fault fault_;
};

Result<> Reader::read_what() {
  std::string const service = TRY(one_of("service", {"heroku", "github", "router"}));
  for (Platform const one : {Platform::heroku, Platform::github, Platform::router}) {
    if (to_word(one) == service) fault_.platform = one;
  }
  std::vector<std::string> words;
  for (KindRow const& row : kinds) words.emplace_back(to_word(row.kind));
  std::string const word = TRY(one_of("kind", words));
  auto const row = std::find_if(kinds.begin(), kinds.end(),
                                [&](KindRow const& one) { return to_word(one.kind) == word; });
  fault_.kind = row->kind;
  if (fault_.platform == Platform::router && !row->on_router) {
    return wrong("kind", fmt::format("'{}' is for heroku and github, not for the router", word));
  }
  for (std::string const& key : own_keys) {
    bool const taken = std::find(row->keys.begin(), row->keys.end(), key) != row->keys.end();
    if (taken) continue;
    // Of any kind of value: only whether it is there counts.
    auto const value = source_.text(key);
    if (!value || *value) return wrong(key, fmt::format("a fault of kind '{}' takes none", word));
  }
  if (row->needed.empty()) return {};
  bool const old =
      fault_.kind == FaultKind::latency && TRY(source_.number(old_latency)).has_value();
  if (old || TRY(source_.text(row->needed))) return {};
  return wrong(row->needed, fmt::format("missing: a fault of kind '{}' needs it", word));
}

Result<> Reader::read_where() {
  fault_.method = TRY(source_.text("method")).value_or("");
  bool const upper = std::all_of(fault_.method.begin(), fault_.method.end(),
                                 [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!upper) return wrong("method", "expected a method in capitals, such as GET");
  fault_.path = TRY(source_.text("path")).value_or("/");
  if (!fault_.path.starts_with('/')) return wrong("path", "expected a path that begins with '/'");
  return {};
}

Result<> Reader::read_how() {
  if (auto const times = TRY(integer("times", 0, 1'000'000))) {
    fault_.times = static_cast<int>(*times);
  }
  if (auto const chance = TRY(source_.number("probability"))) {
    if (!(*chance >= 0 && *chance <= 1)) {
      return wrong("probability", "expected a number from 0 to 1");
    }
    fault_.probability = *chance;
  }
  if (fault_.kind == FaultKind::latency) {
    fault_.latency = TRY(duration("latency")).value_or(Duration{0});
    if (auto const old = TRY(integer(old_latency, 0, 3'600'000))) fault_.latency = Duration(*old);
  }
  if (fault_.kind == FaultKind::stale) fault_.age = TRY(duration("age")).value_or(Duration{0});
  TRY(read_limit());
  TRY(read_access());
  return read_skew();
}

Result<> Reader::read_limit() {
  if (fault_.kind == FaultKind::status) {
    fault_.status = static_cast<int>(TRY(integer("status", 200, 599)).value_or(500));
  }
  if (fault_.kind == FaultKind::limited) {
    bool const is_github = fault_.platform == Platform::github;
    auto const given = TRY(integer("status", 200, 599));
    fault_.status = static_cast<int>(given.value_or(is_github ? 403 : 429));
    bool const known = fault_.status == 429 || (is_github && fault_.status == 403);
    if (!known) {
      return wrong("status",
                   is_github ? "GitHub's secondary limit is 403 or 429" : "Heroku's limit is 429");
    }
  }
  fault_.retry_after = TRY(integer("retry_after", 0, 86'400));
  return {};
}

Result<> Reader::read_access() {
  if (fault_.kind != FaultKind::revoked) return {};
  fault_.token = TRY(source_.text("token")).value_or("");
  fault_.user = TRY(source_.text("user")).value_or("");
  if (!fault_.token.empty() && !fault_.user.empty()) {
    return wrong("user", "either a token or a user, not both");
  }
  auto const token = state_.tokens.find(fault_.token);
  bool const known = token != state_.tokens.end() && token->second.platform == fault_.platform;
  if (!fault_.token.empty() && !known) {
    return wrong("token", fmt::format("{} knows no such token", to_word(fault_.platform)));
  }
  if (fault_.user.empty() || state_.user(fault_.user) != nullptr) return {};
  std::vector<std::string> logins;
  for (User const& user : state_.users) logins.push_back(user.login);
  return wrong("user", fmt::format("no user '{}' is declared{}", printable(fault_.user),
                                   did_you_mean(fault_.user, logins)));
}

Result<> Reader::read_skew() {
  auto const written = TRY(source_.text("skew"));
  if (!written) return {};
  bool const back = written->starts_with('-');
  bool const has_sign = back || written->starts_with('+');
  auto const read = parse_duration(std::string_view(*written).substr(has_sign ? 1 : 0));
  if (!read) return wrong("skew", read.error().text);
  fault_.skew = back ? -*read : *read;
  return {};
}

Result<> Reader::read_window(Instant now) {
  fault_.from = TRY(instant("from"));
  fault_.until = TRY(instant("until"));
  if (auto const length = TRY(duration("for"))) {
    if (fault_.until) return wrong("for", "either 'until' or 'for', not both");
    fault_.until = fault_.from.value_or(now) + *length;
  }
  bool const empty = fault_.until && *fault_.until <= fault_.from.value_or(Instant::min());
  if (empty) return wrong(TRY(source_.text("for")) ? "for" : "until", "it ends before it begins");
  return {};
}

class YamlSource : public FaultSource {
 public:
  explicit YamlSource(Section const& section) : section_(section) {}
  Result<std::optional<std::string>> text(std::string_view key) const override {
    if (section_.find(key) == nullptr) return std::optional<std::string>();
    return std::optional(TRY(section_.text(key)));
  }
  Result<std::optional<double>> number(std::string_view key) const override {
    auto const written = TRY(text(key));
    if (!written) return std::optional<double>();
    auto const value = Json::parse(*written);
    if (value && value->is_integer())
      return std::optional(static_cast<double>(value->as_integer()));
    if (value && value->is_double()) return std::optional(value->as_double());
    return std::unexpected(error(key, "expected a number"));
  }
  Error error(std::string_view key, std::string_view text) const override {
    return section_.error(key, text);
  }

 private:
  Section const& section_;
};

class JsonSource : public FaultSource {
 public:
  explicit JsonSource(Json const& body) : body_(body) {}
  Result<std::optional<std::string>> text(std::string_view key) const override {
    Json const* const value = find(key);
    if (value == nullptr) return std::optional<std::string>();
    if (value->is_string()) return std::optional(value->as_string());
    return std::unexpected(error(key, fmt::format("expected a text, found {}", value->kind())));
  }
  Result<std::optional<double>> number(std::string_view key) const override {
    Json const* const value = find(key);
    if (value == nullptr) return std::optional<double>();
    if (value->is_integer()) return std::optional(static_cast<double>(value->as_integer()));
    if (value->is_double()) return std::optional(value->as_double());
    return std::unexpected(error(key, fmt::format("expected a number, found {}", value->kind())));
  }
  Error error(std::string_view key, std::string_view text) const override {
    return {ErrorKind::data, fmt::format("{}: {}", key, text)};
  }

 private:
  Json const* find(std::string_view key) const {
    Json const* const value = body_.find(key);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  Json const& body_;
};

/// As parse_duration reads it, with a sign if it is negative.
std::string duration_text(Duration duration) {
  std::string const sign = duration < Duration{0} ? "-" : "";
  std::int64_t const count = std::abs(duration.count());
  if (count % 1000 != 0) return fmt::format("{}{}ms", sign, count);
  return fmt::format("{}{}s", sign, count / 1000);
}

}  // namespace

Result<Fault> read_fault(State const& state, FaultSource const& source, Instant now) {
  return Reader(state, source).read(now);
}

Result<Fault> fault_of_json(State const& state, Json const& body, Instant now) {
  if (!body.is_object()) return fail(ErrorKind::data, "expected a JSON object");
  std::vector<std::string> known = fault_keys();
  known.push_back(old_latency);
  for (auto const& [key, value] : body.as_object()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    return fail(ErrorKind::data, fmt::format("unknown key '{}' in a fault{}", printable(key),
                                             did_you_mean(key, known)));
  }
  return read_fault(state, JsonSource(body), now);
}

Result<> load_faults(State& state, Section const& world, Instant now) {
  for (yaml::Node const& node : TRY(world.items("faults"))) {
    auto const section = TRY(Section::open(world.file(), node, "fault", fault_keys()));
    Fault fault = TRY(read_fault(state, YamlSource(section), now));
    fault.id = state.next_id();
    state.faults.push_back(std::move(fault));
  }
  return {};
}

Json fault_json(Fault const& fault, Instant now) {
  Json json = Json::object({{"id", fault.id},
                            {"active", fault.is_active(now)},
                            {"service", to_word(fault.platform)},
                            {"method", fault.method},
                            {"path", fault.path},
                            {"kind", to_word(fault.kind)},
                            {"probability", fault.probability}});
  bool const has_status = fault.kind == FaultKind::status || fault.kind == FaultKind::limited;
  if (has_status) json.set("status", fault.status);
  if (fault.retry_after) json.set("retry_after", *fault.retry_after);
  if (fault.kind == FaultKind::latency) json.set("latency_ms", fault.latency.count());
  if (fault.kind == FaultKind::skew) json.set("skew", duration_text(fault.skew));
  if (fault.kind == FaultKind::stale) json.set("age", duration_text(fault.age));
  if (!fault.token.empty()) {
    std::size_t const shown = std::min<std::size_t>(4, fault.token.size() / 2);
    json.set("token", "..." + fault.token.substr(fault.token.size() - shown));
  }
  if (!fault.user.empty()) json.set("user", fault.user);
  if (fault.times) json.set("times", *fault.times);
  if (fault.from) json.set("from", iso8601(*fault.from));
  if (fault.until) json.set("until", iso8601(*fault.until));
  return json;
}

}  // namespace landfall::sandbox
