// The executor: does what `step` decides, writes the journal around it, and keeps the lock.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collect/client.h"
#include "collect/probe.h"
#include "deploy/deploy.h"
#include "deploy/lock.h"
#include "deploy/smoke.h"
#include "deploy/source.h"
#include "deploy/step.h"

namespace landfall {

/// All callbacks hold it weakly: when the Deployment dies, they find nothing and do nothing.
struct Deployment::State : std::enable_shared_from_this<Deployment::State> {
  using Then = void (State::*)(std::int64_t evidence, Result<Answer> answer);

  State(World outside, Store& facts, Intent const& declared, Platforms const& platforms,
        std::int64_t number, Options chosen);
  ~State();

  // deployment.cpp: the life of a deployment.
  void begin();
  void seek_lock();
  void on_lock_held(LockSight const& held);
  Result<> take_up_work();
  void keep_lease();
  void go(Duration after = 0ms);
  void advance();
  void perform(Move const& move);
  void finish(Result<DeployState> result);
  void stop(Error error) { finish(std::unexpected(std::move(error))); }
  void later(Duration after, void (State::*what)());
  Situation situation() const;

  // deployment_journal.cpp: what is written, then told. False: the store or the lock failed, and
  // the deployment has stopped.
  bool write(std::vector<Entry> const& entries);
  bool note(std::string outcome, std::string detail, std::int64_t evidence = 0);
  void enter(Move const& move);
  void end(Move const& move);
  Result<> end_superseded();

  // What a step's actions share.
  void ask(Ask question, Then then);
  void fatal(std::string text);
  void trouble(std::string_view doing, Error const& error);

  // acts_before.cpp: nothing on the platform changes.
  void do_look();
  void on_look(Result<Look> seen_now);
  void do_fetch();
  void on_fetch(std::int64_t evidence, Result<Answer> answer);
  void do_smoke();
  void on_smoke(SmokeResult const& result);
  void do_read_approvals();
  void do_upload();
  void on_source(std::int64_t evidence, Result<Answer> answer);
  void put_source(std::string const& put_url, std::string get_url);
  void on_put(Result<Response> const& response, std::string get_url);
  void upload_failed(std::string text, bool may_try_again);

  // acts_build.cpp: from the build to the dynos.
  void do_find_build();
  void on_builds(std::int64_t evidence, Result<Answer> answer);
  void do_post_build();
  void on_posted_build(std::int64_t evidence, Result<Answer> answer);
  void do_ask_build();
  void on_build(std::int64_t evidence, Result<Answer> answer);
  void do_read_build_output();
  void do_ask_release();
  void on_release(std::int64_t evidence, Result<Answer> answer);
  void do_note_formation();
  void on_formation_before(std::int64_t evidence, Result<Answer> answer);
  Result<> read_formation_before();
  void do_ask_formation();
  void on_formation(std::int64_t evidence, Result<Answer> answer);
  void do_scale();
  void on_scaled(std::int64_t evidence, Result<Answer> answer);
  void do_ask_dynos();
  void on_dynos(std::int64_t evidence, Result<Answer> answer);

  // acts_end.cpp: health, maintenance and the way back.
  void do_ask_app();
  void on_app(std::int64_t evidence, Result<Answer> answer);
  void do_probe();
  void on_origin(Classified const& origin, Result<Response> const& response);
  void on_witnesses();
  void keep_probe(std::string_view witness, std::string const& base,
                  Result<Response> const& response);
  void do_maintenance(bool on);
  void on_maintenance_started(std::int64_t evidence, Result<Answer> answer);
  void on_maintenance_ended(std::int64_t evidence, Result<Answer> answer);
  void do_find_rollback();
  void on_rollback_releases(std::int64_t evidence, Result<Answer> answer);
  void do_post_rollback();
  void on_posted_rollback(std::int64_t evidence, Result<Answer> answer);

  std::string app_path(std::string_view rest = "") const;
  std::string base_url() const { return target->origin.value_or(seen.web_url); }

  World world;
  Store& store;
  Intent const& intent;
  Options options;
  std::int64_t deploy;
  std::shared_ptr<Client> client;
  std::move_only_function<void(Result<DeployState>)> done;
  Target const* target = nullptr;
  DeployRow row;
  Seen seen;
  std::optional<Instant> build_started;
  std::optional<Instant> rollback_started;
  std::string failure;
  Instant life_started{};
  std::optional<Lease> lease;
  std::optional<Instant> seen_lease_until;  ///< while waiting for the lock of the same deploy
  bool told_waiting = false;
  std::vector<ArchiveEntry> entries;
  std::string source_url;  ///< signed: goes into no journal
  std::unique_ptr<SmokeRun> smoke_run;
  std::vector<std::pair<std::string, Classified>> witnesses;
  std::string waiting_text;
  int tries = 0;
  TimerId timer = 0;
  TimerId lease_timer = 0;
};

/// May a request that changes something have been carried out in spite of this error.
bool maybe_done(Error const& error);

/// What a round of outside answers says. Pure.
struct HealthSight {
  bool counts = false;
  std::string text;
};
HealthSight judge_health(Health const& health, std::string const& commit,
                         std::vector<std::pair<std::string, Classified>> const& witnesses);

}  // namespace landfall
