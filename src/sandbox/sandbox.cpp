// Wiring: three listeners over one state. Requests become answers in pure functions; what these ask
// for beyond an answer (builds, dynos) is done here, afterwards.
#include "sandbox/sandbox.h"

#include <fmt/core.h>

#include <utility>
#include <vector>

#include "base/text.h"
#include "sandbox/build.h"
#include "sandbox/build_stream.h"
#include "sandbox/builder.h"
#include "sandbox/control.h"
#include "sandbox/drains.h"
#include "sandbox/dynos.h"
#include "sandbox/faults.h"
#include "sandbox/git_http_github.h"
#include "sandbox/git_http_heroku.h"
#include "sandbox/github.h"
#include "sandbox/github_hook_sender.h"
#include "sandbox/heroku.h"
#include "sandbox/keeper.h"
#include "sandbox/log_stream.h"
#include "sandbox/past.h"
#include "sandbox/rendezvous.h"
#include "sandbox/router.h"
#include "sandbox/tls_front.h"
#include "sandbox/webhook_delivery.h"
#include "sandbox/world_file.h"
#include "world/tls_identity.h"

namespace landfall {
namespace sandbox {
namespace {

Duration const save_interval = 5s;

std::string file_in(std::string const& data) {
  return data + "/sandbox.db";
}

/// Faults that only spoil the answer; the others keep the request from the platform.
bool is_looked_at(FaultKind kind) {
  return kind == FaultKind::truncate || kind == FaultKind::lost || kind == FaultKind::wrong;
}

class Wired : public Sandbox {
 public:
  /// What `kept` names is there again after a restart, if the state is.
  Wired(World world, std::string const& state_folder, std::string const& kept)
      : world_(world),
        scratch_(state_folder),
        state_(world.random.next()),
        dynos_(
            world, state_, state_folder + "/dynos", [this](std::string_view line) { tell(line); },
            [this] { changed(); }),
        router_(
            world, state_,
            [this](std::string_view line) {
              tell(line);
              changed();
            },
            [this](App& app) { dynos_.wake(app); }),
        rendezvous_(world, dynos_),
        tls_front_(world),
        builder_(world, state_, {state_folder + "/builds", kept + "/build-caches"},
                 {[this](std::string_view line) { tell(line); },
                  [this](std::string const& app) {
                    keeper_.touch_app(app);
                    run_effects();
                    save();
                  }}),
        git_hooks_(world),
        heroku_git_(world, state_, kept + "/git/heroku", builder_, git_hooks_),
        github_git_(world, state_, state_folder + "/git/github", git_hooks_,
                    [this](std::int64_t repository) {
                      keeper_.touch_repository(repository);
                      save();
                      changed();
                    }),
        streams_(world, state_),
        log_streams_(world, state_),
        drains_(world, state_, [this](std::string_view line) { tell(line); }),
        webhooks_(world, state_),
        hooks_(world, state_,
               [this](std::int64_t repository) {
                 keeper_.touch_repository(repository);
                 changed();
               }),
        past_(state_),
        keeper_(state_) {}

  Result<> load(WorldSource const& source, std::string const& data);
  Result<> listen(SandboxPorts ports);
  Result<> listen_with_tls(std::string const& folder, SandboxPorts ports);

  SandboxPorts ports() const override {
    Ports const& ports = state_.ports;
    return {ports.heroku, ports.github, ports.router, ports.rendezvous, ports.git};
  }
  std::string authority_file() const override { return authority_file_; }
  void stop(bool hurry, Work done) override {
    held_.clear();
    keeper_.touch_all();
    save();
    builder_.stop();
    dynos_.stop(hurry, std::move(done));
  }
  std::vector<std::pair<std::string, std::string>> variables() const override {
    return client_variables(state_, authority_file_);
  }
  void on_set_clock(std::function<void(Instant)> set) override { set_clock_ = std::move(set); }
  void on_event(std::function<void(std::string_view)> listener) override {
    listener_ = std::move(listener);
  }
  void run_effects();

 private:
  struct Incoming {
    Request request;
    Url url;
    bool looked_at = true;  ///< false: a fault keeps it from the platform
    Duration age{};         ///< of what it is shown
  };
  bool control(Request const& request, Url const& url, Respond& respond);
  void receive(Platform platform, Request request, Respond respond);
  void answer(Platform platform, Incoming in, Respond respond);
  void answer_api(Platform platform, Incoming const& in, Respond respond);
  Respond recorded(Platform platform, Request const& request, Url const& url, Respond respond);
  Respond spoiled(Fault fault, Respond respond);
  Respond skewed(Duration skew, Respond respond);
  Response shown_late(Platform platform, Incoming const& in, Instant now);
  Response shown(Platform platform, Request const& request, Url const& url, Instant now);
  void tell(std::string_view line) {
    if (listener_) listener_(line);
  }
  void changed();
  void save();
  void save_later();
  void later(Duration delay, Work work);

  World world_;
  std::string scratch_;
  State state_;
  std::function<void(std::string_view)> listener_;
  Dynos dynos_;
  Router router_;
  Rendezvous rendezvous_;
  TlsFront tls_front_;
  Builder builder_;
  GitHooks git_hooks_;
  HerokuGit heroku_git_;
  GitHubGit github_git_;
  OutputStreams streams_;
  LogStreams log_streams_;
  Drains drains_;
  WebhookDelivery webhooks_;  ///< Heroku's
  HookSender hooks_;          ///< GitHub's
  Past past_;
  Keeper keeper_;
  std::function<void(Instant)> set_clock_;
  std::string authority_file_;
  std::string unsaved_;  ///< why the last save failed
  bool saves_later_ = false;
  bool delivers_ = false;      ///< what was logged is about to be passed on
  std::vector<Respond> held_;  ///< of stalled requests: never answered
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

void Wired::later(Duration delay, Work work) {
  world_.loop.after(delay, [alive = std::weak_ptr(alive_), work = std::move(work)]() mutable {
    if (alive.lock()) work();
  });
}

Result<> Wired::load(WorldSource const& source, std::string const& data) {
  if (!data.empty()) {
    TRY(world_.files.make_folder(data));
    bool const found = TRY(keeper_.open(file_in(data)));
    // It is nobody else's from here on.
    TRY(world_.files.remove(scratch_));
    if (found) {
      resume(state_, world_.now());
      return {};
    }
  }
  auto const read = [&](std::string const& name) {
    bool const absolute = name.starts_with('/') || source.folder.empty();
    return read_folder(world_.files, absolute ? name : source.folder + "/" + name);
  };
  TRY(load_world(state_, source.text, source.file, read, world_.now()));
  keeper_.touch_all();
  return keeper_.save(world_.now());
}

/// A sandbox that cannot save must not say that it did: see `recorded`.
void Wired::save() {
  Result<> const saved = keeper_.save(world_.now());
  if (!saved && unsaved_.empty()) tell(saved.error().text);
  unsaved_ = saved ? "" : saved.error().text;
}

void Wired::save_later() {
  if (!keeper_.keeps() || std::exchange(saves_later_, true)) return;
  later(save_interval, [this] {
    saves_later_ = false;
    keeper_.touch_all();
    save();
  });
}

Result<> Wired::listen(SandboxPorts ports) {
  struct Listener {
    Platform platform;
    int wanted;
    int& port;
  };
  Listener const listeners[] = {{Platform::heroku, ports.heroku, state_.ports.heroku},
                                {Platform::github, ports.github, state_.ports.github}};
  for (Listener const& listener : listeners) {
    auto handler = [this, alive = std::weak_ptr(alive_), platform = listener.platform](
                       Request request, Respond respond) {
      if (alive.lock()) receive(platform, std::move(request), std::move(respond));
    };
    listener.port = TRY(during(fmt::format("the sandbox's {} port", to_word(listener.platform)),
                               world_.server.listen(listener.wanted, std::move(handler))));
  }
  state_.ports.router = TRY(during("the sandbox's router port", router_.listen(ports.router)));
  return {};
}

/// Clients that insist on TLS are given an authority of this sandbox's own to trust.
Result<> Wired::listen_with_tls(std::string const& folder, SandboxPorts ports) {
  auto authority = make_local_authority(world_.now(), world_.random);
  if (!authority) {
    tell("no TLS, so no attached dynos and no https for git: " + authority.error().text);
    return {};
  }
  std::string const file = folder + "/ca.pem";
  TRY(world_.files.write(file, authority->certificate_pem));
  state_.ports.rendezvous = TRY(rendezvous_.listen(ports.rendezvous, authority->server));
  state_.ports.git =
      TRY(tls_front_.listen(ports.git, std::move(authority->server), state_.ports.heroku));
  authority_file_ = file;
  return {};
}

/// Whether it was for the control API, and is answered.
bool Wired::control(Request const& request, Url const& url, Respond& respond) {
  auto answer = answer_control({state_, authority_file_, set_clock_}, request, url,
                               [this] { return world_.now(); });
  if (!answer) return false;
  if (request.method != "GET" && request.method != "HEAD") {
    keeper_.touch_all();
    save();
    past_.note(world_.now());
    run_effects();
  }
  respond(*std::move(answer));
  return true;
}

/// What a platform says to a token that it does not know is the platform's to say.
void revoke(Request& request) {
  request.headers.set("Authorization", "Bearer revoked-by-a-fault");
}

/// Faults stand in front of all but the control API.
void Wired::receive(Platform platform, Request request, Respond respond) {
  auto const url = parse_url(request.url);
  if (!url) {
    return respond({.status = 400,
                    .headers = {{"Content-Type", "text/plain"}},
                    .body = "not a request target\n"});
  }
  if (platform == Platform::heroku && control(request, *url, respond)) return;
  respond = recorded(platform, request, *url, std::move(respond));
  Strike const struck = strike(state_, platform, request, *url, world_.now());
  if (struck.skew != Duration{0}) respond = skewed(struck.skew, std::move(respond));
  if (struck.fault) respond = spoiled(*struck.fault, std::move(respond));
  if (struck.revoked) revoke(request);
  Incoming in{.request = std::move(request),
              .url = *url,
              .looked_at = !struck.fault || is_looked_at(struck.fault->kind),
              .age = struck.age};
  if (struck.latency == Duration{0}) return answer(platform, std::move(in), std::move(respond));
  later(struck.latency,
        [this, platform, late = std::move(in), waiting = std::move(respond)]() mutable {
          answer(platform, std::move(late), std::move(waiting));
        });
}

Respond Wired::recorded(Platform platform, Request const& request, Url const& url,
                        Respond respond) {
  Served served{.platform = platform, .method = request.method, .path = url.path};
  return [this, alive = std::weak_ptr(alive_), served = std::move(served),
          segments = url.segments(), answer_it = std::move(respond)](Response response) mutable {
    if (!alive.lock()) return;
    keeper_.touch(served.platform, served.method, segments);
    save();
    bool const promises = served.platform != Platform::router;
    if (promises && !unsaved_.empty()) response = {.status = 500, .body = unsaved_ + "\n"};
    served.at = world_.now();
    served.status = response.status;
    tell(fmt::format("{}: {} {} {}", to_word(served.platform), printable(served.method),
                     printable(served.path), served.status));
    state_.record(std::move(served));
    past_.note(world_.now());
    answer_it(std::move(response));
  };
}

/// What the client gets in place of the answer; dropping the original closes its connection.
Respond Wired::spoiled(Fault fault, Respond respond) {
  return [this, fault = std::move(fault), original = std::move(respond)](Response good) mutable {
    Respond answer_it = std::move(original);
    if (fault.kind == FaultKind::drop || fault.kind == FaultKind::lost) return;
    if (fault.kind == FaultKind::stall) {
      held_.push_back(std::move(answer_it));
      return;
    }
    answer_it(spoil(fault, std::move(good)));
  };
}

Respond Wired::skewed(Duration skew, Respond respond) {
  return [this, skew, answer_it = std::move(respond)](Response response) mutable {
    skew_clock(response, skew, world_.now());
    answer_it(std::move(response));
  };
}

void Wired::answer(Platform platform, Incoming in, Respond respond) {
  if (!in.looked_at) return respond({});
  if (auto target = git_target(in.request, in.url)) {
    if (platform == Platform::heroku)
      return heroku_git_.handle(*std::move(target), std::move(in.request), std::move(respond));
    return github_git_.handle(*std::move(target), std::move(in.request), std::move(respond));
  }
  answer_api(platform, in, std::move(respond));
  run_effects();
}

void Wired::answer_api(Platform platform, Incoming const& in, Respond respond) {
  Instant const now = world_.now();
  if (in.age > Duration{0} && shows_state(platform, in.url)) {
    return respond(shown_late(platform, in, now));
  }
  std::vector<std::string> const segments = in.url.segments();
  if (platform == Platform::heroku && segments.size() == 2 && segments[0] == "streams") {
    return respond(streams_.answer(in.request, segments[1]));
  }
  if (platform == Platform::heroku && segments.size() == 2 && segments[0] == "logs") {
    return log_streams_.open(segments[1], in.request, std::move(respond));
  }
  respond(shown(platform, in.request, in.url, now));
}

/// The view is over before anybody else sees the state.
Response Wired::shown_late(Platform platform, Incoming const& in, Instant now) {
  past_.note(now);
  Past::View const view(state_, past_, now - in.age);
  Response response = shown(platform, in.request, in.url, now - in.age);
  // What is old is the view, not the platform's clock.
  if (response.headers.find("X-RateLimit-Reset")) skew_clock(response, in.age, now - in.age);
  return response;
}

Response Wired::shown(Platform platform, Request const& request, Url const& url, Instant now) {
  if (platform == Platform::github) return answer_github(state_, request, url, now);
  if (auto blob = answer_blob(state_, request, url, now)) return *std::move(blob);
  return answer_heroku(state_, request, url, now);
}

void Wired::run_effects() {
  while (!state_.effects.empty()) {
    std::vector<Effect> const effects = std::exchange(state_.effects, {});
    for (Effect const& effect : effects) {
      if (effect.kind == EffectKind::stop_dyno) {
        dynos_.end(effect.what);
        continue;
      }
      if (effect.kind == EffectKind::crash_dyno) {
        dynos_.kill(effect.what);
        continue;
      }
      keeper_.touch_app(effect.app);
      App* const app = state_.heroku.find(effect.app);
      if (app == nullptr) continue;  // destroyed by an effect before this one
      switch (effect.kind) {
        case EffectKind::build:
          builder_.build(*app, effect.what);
          break;
        case EffectKind::cancel_build:
          builder_.cancel(effect.what);
          break;
        case EffectKind::clear_cache:
          builder_.clear_cache(effect.app);
          break;
        case EffectKind::sync_dynos:
          dynos_.sync(*app);
          break;
        case EffectKind::restart_dyno:
          dynos_.restart(*app, effect.what);
          break;
        case EffectKind::release_phase:
          dynos_.run_release_phase(*app, effect.what, [this, id = app->id] {
            keeper_.touch_app(id);
            run_effects();
            save();
          });
          break;
        case EffectKind::run_dyno:
          dynos_.run(*app, effect.what);
          break;
        case EffectKind::stop_dyno:
        case EffectKind::crash_dyno:
          break;
      }
    }
  }
  changed();
}

/// Once for all that happens in one turn of the loop.
void Wired::changed() {
  if (std::exchange(delivers_, true)) return;
  later(Duration{0}, [this] {
    delivers_ = false;
    past_.note(world_.now());
    save();
    save_later();
    log_streams_.deliver();
    drains_.deliver();
    webhooks_.run();
    hooks_.run();
  });
}

}  // namespace
}  // namespace sandbox

Result<std::unique_ptr<Sandbox>> Sandbox::start(World world, WorldSource const& source,
                                                SandboxFolders const& folders, SandboxPorts ports) {
  auto wired = std::make_unique<sandbox::Wired>(
      world, folders.scratch, folders.data.empty() ? folders.scratch : folders.data);
  TRY(wired->load(source, folders.data));
  TRY(wired->listen(ports));
  TRY(wired->listen_with_tls(folders.data.empty() ? folders.scratch : folders.data, ports));
  wired->run_effects();
  return std::unique_ptr<Sandbox>(std::move(wired));
}

Result<std::optional<Instant>> clock_of_data(Files& files, std::string const& data) {
  if (!files.exists(sandbox::file_in(data))) return std::optional<Instant>();
  auto const saved = TRY(sandbox::Saved::open(sandbox::file_in(data)));
  return saved->saved_at();
}

}  // namespace landfall
