#include "sandbox/git_http.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "base/archive.h"
#include "base/text.h"
#include "sandbox/git_store.h"

namespace landfall::sandbox {
namespace {

std::size_t const body_max = std::size_t{512} << 20;
std::size_t const unread_max = 1 << 20;
Duration const fetch_time_max = 10min;
// A build, and the release phase after it.
Duration const push_time_max = 2h;

char const* name_of(GitService service) {
  return service == GitService::upload_pack ? "upload-pack" : "receive-pack";
}

std::optional<GitService> service_named(std::string_view name) {
  if (name == "git-upload-pack") return GitService::upload_pack;
  if (name == "git-receive-pack") return GitService::receive_pack;
  return std::nullopt;
}

std::string packet(std::string_view text) {
  return fmt::format("{:04x}{}", text.size() + 4, text);
}

/// "version=2" and the like; nothing else reaches git's environment.
std::string protocol_of(Request const& request) {
  std::string const text = request.headers.value_or("Git-Protocol", "");
  bool const good = text.size() < 200 && std::all_of(
                                             text.begin(), text.end(),
                                             [](char c) {
                                               return (c >= 'a' && c <= 'z') ||
                                                      (c >= '0' && c <= '9') || c == '=' ||
                                                      c == ':' || c == '-' || c == '.';
                                             });
  return good ? text : "";
}

Result<std::string> body_of(Request& request) {
  std::string const encoding = lower(request.headers.value_or("Content-Encoding", ""));
  if (encoding.empty() || encoding == "identity") return std::move(request.body);
  if (encoding != "gzip" && encoding != "x-gzip")
    return fail(ErrorKind::data, "unknown Content-Encoding");
  return gunzip(request.body, body_max);
}

Response good_response(GitTarget const& target, std::string body) {
  Response response{.status = 200, .body = std::move(body)};
  response.headers.set("Content-Type",
                       fmt::format("application/x-git-{}-{}", name_of(target.service),
                                   target.advertises ? "advertisement" : "result"));
  response.headers.set("Expires", "Fri, 01 Jan 1980 00:00:00 GMT");
  response.headers.set("Pragma", "no-cache");
  response.headers.set("Cache-Control", "no-cache, max-age=0, must-revalidate");
  return response;
}

/// One run of git, from its start to the end of the answer.
class GitRunning : public std::enable_shared_from_this<GitRunning> {
 public:
  GitRunning(World const& world, GitExchange exchange)
      : world_(world), exchange_(std::move(exchange)) {}
  void start(std::string const& body);

 private:
  std::string preamble() const;
  Command command() const;
  void printed(std::string_view bytes);
  void exited(Exit const& exit);
  void answer(std::string body);
  void attach(std::shared_ptr<BodySink> sink);
  void left();

  World world_;
  GitExchange exchange_;
  ProcessId process_ = 0;
  TimerId timeout_ = 0;
  bool answered_ = false;
  bool exited_ = false;
  bool left_ = false;
  std::string queued_;  ///< printed before there was a sink
  std::shared_ptr<BodySink> sink_;
};

std::string GitRunning::preamble() const {
  GitTarget const& target = exchange_.target;
  bool const plain = target.service == GitService::receive_pack ||
                     protocol_of(exchange_.request).find("version=2") == std::string::npos;
  if (!target.advertises || !plain) return "";
  return packet(fmt::format("# service=git-{}\n", name_of(target.service))) + "0000";
}

Command GitRunning::command() const {
  GitTarget const& target = exchange_.target;
  std::vector<std::string> arguments{name_of(target.service), "--stateless-rpc"};
  if (target.advertises) arguments.emplace_back("--advertise-refs");
  arguments.push_back(exchange_.folder);
  Command command{.arguments = limited_git(std::move(arguments)),
                  .directory = exchange_.folder,
                  .environment = git_environment(world_),
                  .output = Command::Output::bytes,
                  .takes_input = true,
                  .confinement = git_confinement(exchange_.folder)};
  std::string const protocol = protocol_of(exchange_.request);
  if (!protocol.empty()) command.environment.emplace_back("GIT_PROTOCOL", protocol);
  command.environment.insert(command.environment.end(), exchange_.variables.begin(),
                             exchange_.variables.end());
  return command;
}

void GitRunning::start(std::string const& body) {
  auto const self = shared_from_this();
  auto const process = world_.processes.start(
      command(), [self](std::string_view bytes) { self->printed(bytes); },
      [self](Exit exit) { self->exited(exit); });
  if (!process) return exited({.code = 127, .signal = 0, .errors = process.error().text});
  process_ = *process;
  bool const fetches = exchange_.target.service == GitService::upload_pack;
  timeout_ = world_.loop.after(fetches ? fetch_time_max : push_time_max,
                               [&processes = world_.processes, number = process_] {
                                 processes.signal(number, Signal::kill);
                               });
  world_.processes.write(process_, body);
  world_.processes.close_input(process_);
}

void GitRunning::answer(std::string body) {
  answered_ = true;
  Response response = good_response(exchange_.target, std::move(body));
  response.stream = [weak = weak_from_this()](std::shared_ptr<BodySink> sink) {
    if (auto const self = weak.lock()) return self->attach(std::move(sink));
    sink->end();
  };
  exchange_.respond(std::move(response));
}

void GitRunning::printed(std::string_view bytes) {
  if (left_) return;
  if (!answered_) return answer(preamble() + std::string(bytes));
  if (!sink_) {
    queued_ += bytes;
    return;
  }
  sink_->write(bytes);
  if (sink_ && sink_->pending() > unread_max) world_.processes.hold_output(process_, true);
}

void GitRunning::attach(std::shared_ptr<BodySink> sink) {
  sink_ = std::move(sink);
  auto const weak = weak_from_this();
  sink_->on_drained([weak] {
    if (auto const self = weak.lock()) self->world_.processes.hold_output(self->process_, false);
  });
  sink_->on_gone([weak] {
    if (auto const self = weak.lock()) self->left();
  });
  sink_->write(std::exchange(queued_, {}));
  if (exited_) std::exchange(sink_, nullptr)->end();
}

/// A push that has begun is carried out, as Heroku goes on building after a Ctrl-C.
void GitRunning::left() {
  left_ = true;
  sink_ = nullptr;
  if (exited_) return;
  if (exchange_.target.service == GitService::upload_pack)
    return world_.processes.signal(process_, Signal::kill);
  world_.processes.hold_output(process_, false);
}

void GitRunning::exited(Exit const& exit) {
  exited_ = true;
  if (timeout_ != 0) world_.loop.cancel(timeout_);
  if (exchange_.ended) std::exchange(exchange_.ended, nullptr)();
  if (!answered_ && exit.code != 0) {
    answered_ = true;
    std::string const why = shortened(trim(exit.errors), 300);
    return exchange_.respond(git_refusal(500, why.empty() ? "git ended badly" : why));
  }
  // A probe such as "0000", to which git has nothing to say.
  if (!answered_) {
    answered_ = true;
    return exchange_.respond(good_response(exchange_.target, preamble()));
  }
  if (sink_) std::exchange(sink_, nullptr)->end();
}

}  // namespace

std::optional<GitTarget> git_target(Request const& request, Url const& url) {
  auto const from = [&](std::string_view tail) -> std::optional<std::string> {
    std::string path = url_decode(url.path);
    if (!path.ends_with(tail) || path.size() == tail.size()) return std::nullopt;
    path.resize(path.size() - tail.size());
    if (path.ends_with(".git")) path.resize(path.size() - 4);
    std::size_t const first = path.find_first_not_of('/');
    return first == std::string::npos ? std::nullopt : std::optional(path.substr(first));
  };
  GitTarget target;
  target.is_post = request.method == "POST";
  if (auto path = from("/info/refs")) {
    auto const service = service_named(url.query_value("service").value_or(""));
    if (!service || target.is_post) return std::nullopt;
    return GitTarget{*std::move(path), *service, true, false};
  }
  for (char const* name : {"git-upload-pack", "git-receive-pack"}) {
    auto path = from(fmt::format("/{}", name));
    if (path && target.is_post)
      return GitTarget{*std::move(path), *service_named(name), false, true};
  }
  return std::nullopt;
}

Response git_refusal(int status, std::string_view text) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
          .body = std::string(text) + "\n"};
}

Response git_challenge(std::string_view realm, std::string_view text) {
  Response response = git_refusal(401, text);
  response.headers.set("WWW-Authenticate", fmt::format("Basic realm=\"{}\"", realm));
  return response;
}

void Turns::take(std::string const& name, Work work) {
  auto const [turn, is_free] = waiting_.try_emplace(name);
  if (!is_free) return turn->second.push_back(std::move(work));
  work();
}

void Turns::give_back(std::string const& name) {
  auto const turn = waiting_.find(name);
  require(turn != waiting_.end(), "a turn that nobody has");
  if (turn->second.empty()) {
    waiting_.erase(turn);
    return;
  }
  Work work = std::move(turn->second.front());
  turn->second.pop_front();
  work();
}

void serve_git(World const& world, GitExchange exchange) {
  auto const body = body_of(exchange.request);
  if (!body) {
    if (exchange.ended) exchange.ended();
    return exchange.respond(git_refusal(400, body.error().text));
  }
  std::make_shared<GitRunning>(world, std::move(exchange))->start(*body);
}

}  // namespace landfall::sandbox
