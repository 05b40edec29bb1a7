// The hooks of the sandbox's repositories. Git starts each as a program, `landfall git-hook NAME`,
// which asks the sandbox over a private port and prints what it is told to.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "sandbox/github_push.h"
#include "world/world.h"

namespace landfall::sandbox {

/// The variable by which a hook finds the sandbox: "PORT:SECRET".
inline constexpr char const* hook_variable = "LANDFALL_GIT_HOOK";

struct GitHookCall {
  std::string name;  ///< "pre-receive" or "proc-receive"
  /// Git's variables, by which other git programs see the objects that are not accepted yet.
  std::vector<std::pair<std::string, std::string>> quarantine;
  std::vector<RefUpdate> updates;
};
/// A line for each reference as git gives it to its hooks: "BEFORE AFTER REF". ErrorKind::data.
Result<std::vector<RefUpdate>> read_updates(std::string_view text);

/// How a hook is told what to do. Dropping it unfinished fails the hook.
class HookAnswer {
 public:
  virtual ~HookAnswer() = default;
  /// To the user's terminal, where git puts "remote: " before each line.
  virtual void print(std::string_view text) = 0;
  /// Ends the hook with this exit code. Of a proc-receive hook, which has to move the references
  /// itself, those are named that were not moved, each with the reason.
  virtual void finish(int code, std::map<std::string, std::string> const& refused) = 0;
  void finish(int code) { finish(code, {}); }
};

class GitHooks {
 public:
  using Handler = std::function<void(GitHookCall, std::shared_ptr<HookAnswer>)>;

  explicit GitHooks(World const& world) : world_(world) {}
  GitHooks(GitHooks const&) = delete;
  GitHooks& operator=(GitHooks const&) = delete;

  /// The variable's value for one run of git, whose hooks then reach the handler.
  Result<std::string> expect(Handler handler);
  void forget(std::string const& value);

 private:
  class Line;
  void accept(std::unique_ptr<Stream> stream);
  void heard(std::uint64_t number, std::string_view bytes);
  void asked(std::uint64_t number, std::string_view line);

  World world_;
  int port_ = 0;
  std::uint64_t last_ = 0;
  std::map<std::string, Handler> handlers_;  ///< by the variable's value
  std::map<std::uint64_t, std::shared_ptr<Line>> lines_;
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

/// The hook's own end of the conversation: what it asks, and how it reads the answers.
std::string hook_question(std::string_view variable, GitHookCall const& call);
struct HookWord {
  std::string print;
  std::optional<int> code;  ///< the hook ends
  std::map<std::string, std::string> refused;
};
Result<HookWord> read_hook_word(std::string_view line);

}  // namespace landfall::sandbox
