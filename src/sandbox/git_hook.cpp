#include "sandbox/git_hook.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

std::size_t const question_max = 16 << 20;
Duration const question_time = 30s;

bool is_sha(std::string_view text) {
  return text.size() == 40 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string without_zeros(std::string_view sha) {
  return sha.find_first_not_of('0') == std::string_view::npos ? "" : std::string(sha);
}

Result<GitHookCall> read_question(Json const& question) {
  GitHookCall call;
  call.name = TRY(question.text("hook"));
  for (auto const& [name, value] : *TRY(question.members("quarantine"))) {
    std::string const text = TRY(value.text(""));
    // Only git's own: a hook's environment is not to decide what else is started with.
    if (name.starts_with("GIT_")) call.quarantine.emplace_back(name, text);
  }
  std::string const updates = TRY(question.text("updates"));
  call.updates = TRY(read_updates(updates));
  return call;
}

}  // namespace

Result<std::vector<RefUpdate>> read_updates(std::string_view text) {
  std::vector<RefUpdate> updates;
  for (std::string const& line : lines_of(text)) {
    bool const whole = line.size() > 82 && line[40] == ' ' && line[81] == ' ';
    std::string_view const view = line;
    if (!whole || !is_sha(view.substr(0, 40)) || !is_sha(view.substr(41, 40)))
      return fail(ErrorKind::data, "a hook's input that is not git's: " + shortened(line, 100));
    updates.push_back(
        {line.substr(82), without_zeros(view.substr(0, 40)), without_zeros(view.substr(41, 40))});
  }
  return updates;
}

/// One hook that has called. It ends when nobody answers it any more.
class GitHooks::Line {
 public:
  explicit Line(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}
  void start(Stream::Events events) { stream_->start(std::move(events)); }
  void say(Json const& word) {
    if (stream_) stream_->write(word.dump() + "\n");
  }
  void close() {
    if (stream_) stream_->finish();
  }
  void drop() { stream_.reset(); }
  std::string heard;
  bool asked = false;

 private:
  std::unique_ptr<Stream> stream_;
};

namespace {

/// `Line` is private to the class that keeps them.
template <class Line>
class Speaker : public HookAnswer {
 public:
  explicit Speaker(std::weak_ptr<Line> line) : line_(std::move(line)) {}
  ~Speaker() override {
    if (auto const line = line_.lock()) line->close();
  }
  void print(std::string_view text) override {
    if (auto const line = line_.lock()) line->say(Json::object({{"print", text}}));
  }
  void finish(int code, std::map<std::string, std::string> const& refused) override {
    auto const line = line_.lock();
    if (!line) return;
    Json reasons = Json::object();
    for (auto const& [ref, reason] : refused) reasons.set(ref, reason);
    line->say(Json::object({{"exit", code}, {"refused", std::move(reasons)}}));
    line->close();
    line_.reset();
  }

 private:
  std::weak_ptr<Line> line_;
};

}  // namespace

Result<std::string> GitHooks::expect(Handler handler) {
  if (port_ == 0) {
    auto const accepted = [this, alive = std::weak_ptr(alive_)](std::unique_ptr<Stream> stream) {
      if (alive.lock()) accept(std::move(stream));
    };
    port_ = TRY(during("the port of git's hooks", world_.streams.listen(0, accepted)));
  }
  std::string const secret = replace_all(world_.random.uuid() + world_.random.uuid(), "-", "");
  std::string value = fmt::format("{}:{}", port_, secret);
  handlers_[value] = std::move(handler);
  return value;
}

void GitHooks::forget(std::string const& value) {
  handlers_.erase(value);
}

void GitHooks::accept(std::unique_ptr<Stream> stream) {
  std::uint64_t const number = ++last_;
  auto const line = std::make_shared<Line>(std::move(stream));
  lines_[number] = line;
  auto const alive = std::weak_ptr(alive_);
  line->start({.bytes =
                   [this, alive, number](std::string_view bytes) {
                     if (alive.lock()) heard(number, bytes);
                   },
               .ended =
                   [this, alive, number](Result<> /*how*/) {
                     if (!alive.lock()) return;
                     auto const found = lines_.find(number);
                     // Who has asked waits for the answer; its end of the line tells nothing.
                     if (found != lines_.end()) lines_.erase(found);
                   }});
  // Who does not ask is nobody's hook.
  world_.loop.after(question_time, [this, alive, number] {
    if (!alive.lock()) return;
    auto const found = lines_.find(number);
    if (found != lines_.end() && !found->second->asked) lines_.erase(found);
  });
}

void GitHooks::heard(std::uint64_t number, std::string_view bytes) {
  auto const found = lines_.find(number);
  if (found == lines_.end() || found->second->asked) return;
  auto const line = found->second;
  line->heard += bytes;
  std::size_t const end = line->heard.find('\n');
  if (end == std::string::npos) {
    if (line->heard.size() > question_max) lines_.erase(found);
    return;
  }
  line->asked = true;
  asked(number, std::string_view(line->heard).substr(0, end));
}

void GitHooks::asked(std::uint64_t number, std::string_view text) {
  auto const line = lines_.at(number);
  auto const question = Json::parse(text);
  auto const secret = question ? question->text("secret") : Result<std::string>("");
  auto const handler = handlers_.find(secret ? *secret : std::string());
  auto call = question ? read_question(*question) : Result<GitHookCall>(GitHookCall{});
  if (handler == handlers_.end() || !call) {
    lines_.erase(number);
    return;
  }
  auto const answer = handler->second;  // it may be forgotten while it answers
  answer(*std::move(call), std::make_shared<Speaker<Line>>(line));
}

std::string hook_question(std::string_view variable, GitHookCall const& call) {
  Json quarantine = Json::object();
  for (auto const& [name, value] : call.quarantine) quarantine.set(name, value);
  std::string updates;
  std::string const zeros(40, '0');
  for (RefUpdate const& update : call.updates) {
    updates += fmt::format("{} {} {}\n", update.before.empty() ? zeros : update.before,
                           update.after.empty() ? zeros : update.after, update.ref);
  }
  return Json::object({{"secret", variable},
                       {"hook", call.name},
                       {"quarantine", std::move(quarantine)},
                       {"updates", updates}})
             .dump() +
         "\n";
}

Result<HookWord> read_hook_word(std::string_view line) {
  Json const json = TRY(Json::parse(line));
  HookWord word;
  word.print = TRY(json.text_or_null("print")).value_or("");
  auto const code = TRY(json.integer_or_null("exit"));
  if (!code) return word;
  word.code = static_cast<int>(*code);
  for (auto const& [ref, reason] : *TRY(json.members("refused")))
    word.refused[ref] = TRY(reason.text(""));
  return word;
}

}  // namespace landfall::sandbox
