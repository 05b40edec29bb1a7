#include "sandbox/builder.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "sandbox/build.h"
#include "sandbox/git_store.h"
#include "sandbox/heroku_events.h"

namespace landfall::sandbox {
namespace {

std::size_t const output_max = 4 << 20;
std::size_t const source_bytes_max = std::size_t{512} << 20;

}  // namespace

Builder::Builder(World const& world, State& state, BuildFolders folders, Listeners listeners)
    : world_(world),
      state_(state),
      folders_{whole_path(world, std::move(folders.work)),
               whole_path(world, std::move(folders.caches))},
      listeners_(std::move(listeners)) {}

Builder::~Builder() {
  stop();
}

void Builder::stop() {
  stopped_ = true;
  for (auto& [app, orders] : std::exchange(orders_, {})) {
    for (Order& order : orders)
      if (order.job) order.job->abandon();
  }
}

void Builder::later(Duration delay, Work work) {
  world_.loop.after(delay, [alive = std::weak_ptr(alive_), work = std::move(work)]() mutable {
    if (alive.lock()) work();
  });
}

Builder::Order* Builder::current(std::string const& app_id) {
  auto const found = orders_.find(app_id);
  return found == orders_.end() || found->second.empty() ? nullptr : &found->second.front();
}

void Builder::build(App const& app, std::string const& build_id) {
  add(app.id, {.build = build_id, .pushed = std::nullopt});
}

void Builder::push(App& app, PushedSource source) {
  Build build;
  build.id = state_.random.uuid();
  build.user = source.login;
  build.source_url = fmt::format("http://127.0.0.1:{}/{}.git", state_.ports.heroku, app.name);
  build.source_version = source.commit;
  build.source_description = source.title;
  build.output_secret = state_.secret();
  build.created_at = world_.now();
  build.updated_at = world_.now();
  std::string const id = build.id;
  Build const& made = app.builds.emplace_back(std::move(build));
  log_api(state_, app, "Build started", made.user, made.created_at);
  tell_build(state_, app, made, "create", made.created_at);
  listeners_.changed(app.id);
  add(app.id, {.build = id, .pushed = std::move(source)});
}

void Builder::add(std::string const& app_id, Order order) {
  if (stopped_) return;
  auto& orders = orders_[app_id];
  orders.push_back(std::move(order));
  if (orders.size() == 1) begin(app_id);
}

void Builder::begin(std::string const& app_id) {
  App* const app = state_.heroku.find(app_id);
  Order* const order = current(app_id);
  if (order == nullptr) return;
  Build* const build = app == nullptr ? nullptr : app->build(order->build);
  if (build == nullptr || build->status != BuildStatus::pending)
    return settle(app_id, std::nullopt);
  listeners_.tell(fmt::format("{} build: started", app->name));
  order->begun = world_.now();
  auto choice = choose_buildpacks(state_.heroku, *app, *build);
  auto const alive = std::weak_ptr(alive_);
  order->job = std::make_shared<BuildJob>(
      world_, plan(*app, *build, choice ? *choice : BuildpackChoice{}, !order->pushed),
      [this, alive, app_id](std::string_view text) {
        if (alive.lock()) print(app_id, text);
      },
      [this, alive, app_id](std::optional<Built> built) {
        if (alive.lock()) ended(app_id, std::move(built));
      });
  auto const job = order->job;
  job->start();
  if (!choice) return job->take(std::unexpected(std::move(choice).error()));
  if (order->pushed) return job->take(std::move(order->pushed->archive));
  fetch(job, *build);
}

BuildPlan Builder::plan(App const& app, Build const& build, BuildpackChoice buildpacks,
                        bool is_wrapped) const {
  return {.folder = folders_.work + "/" + build.id,
          .cache = folders_.caches + "/" + app.id,
          .stack = app.build_stack.empty() ? app.stack : app.build_stack,
          .config = app.config,
          .buildpacks = std::move(buildpacks),
          .is_wrapped = is_wrapped,
          .source_version = build.source_version,
          .request_id = state_.random.uuid(),
          .checksum = build.source_checksum,
          .time_max = state_.heroku.build_time_max,
          .slug_bytes_max = state_.heroku.slug_bytes_max};
}

void Builder::fetch(std::shared_ptr<BuildJob> const& job, Build const& build) {
  auto uploaded = uploaded_source(state_, build.source_url);
  bool const elsewhere = !uploaded && uploaded.error().kind == ErrorKind::missing;
  if (!elsewhere) return job->take(std::move(uploaded));
  Request fetch{.url = build.source_url};
  fetch.headers.set("User-Agent", "Heroku");
  fetch.timeout = 5min;
  fetch.redirects = Redirects::follow;
  fetch.body_max = source_bytes_max;
  world_.http.send(std::move(fetch), [weak = std::weak_ptr(job)](Result<Response> answer) {
    auto const waiting = weak.lock();
    if (!waiting) return;
    if (!answer) return waiting->take(std::unexpected(std::move(answer).error()));
    if (answer->status == 200) return waiting->take(std::move(answer->body));
    waiting->take(landfall::fail(ErrorKind::data,
                                 fmt::format("the source's URL answered {}", answer->status)));
  });
}

void Builder::print(std::string const& app_id, std::string_view text) {
  Order* const order = current(app_id);
  App* const app = state_.heroku.find(app_id);
  if (order == nullptr || app == nullptr) return;
  if (order->pushed && order->pushed->print) order->pushed->print(text);
  Build* const build = app->build(order->build);
  if (build != nullptr && build->output.size() < output_max) build->output += text;
}

/// The least time that a build of this world takes is kept.
void Builder::ended(std::string const& app_id, std::optional<Built> built) {
  Duration const left = current(app_id)->begun + state_.heroku.build_takes - world_.now();
  if (!built || left <= Duration{0}) return settle(app_id, std::move(built));
  later(left,
        [this, app_id, kept = std::move(built)]() mutable { settle(app_id, std::move(kept)); });
}

void Builder::settle(std::string const& app_id, std::optional<Built> built) {
  Order* const first = current(app_id);
  if (first == nullptr) return;
  Order order = std::move(*first);
  App* const app = state_.heroku.find(app_id);
  Build* const build = app == nullptr ? nullptr : app->build(order.build);
  if (build != nullptr && build->status == BuildStatus::pending) {
    std::string const text = finish_build(state_, *app, *build, std::move(built), world_.now());
    build->output += text;
    bool const good = build->status == BuildStatus::succeeded;
    listeners_.tell(fmt::format("{} build: {}", app->name, good ? "succeeded" : "failed"));
    listeners_.changed(app_id);
    if (order.pushed && order.pushed->print) order.pushed->print(text);
  }
  if (order.pushed && order.pushed->done)
    order.pushed->done(build == nullptr ? std::string() : order.build);
  auto const orders = orders_.find(app_id);
  if (orders == orders_.end()) return;  // all was stopped meanwhile
  orders->second.pop_front();
  if (!orders->second.empty()) return later(Duration{0}, [this, app_id] { begin(app_id); });
  orders_.erase(orders);
}

void Builder::cancel(std::string const& build_id) {
  for (auto& [app_id, orders] : orders_) {
    auto const found = std::find_if(orders.begin(), orders.end(),
                                    [&](Order const& order) { return order.build == build_id; });
    if (found == orders.end()) continue;
    if (found->job) return found->job->cancel(" !     Build canceled\n");
    if (found == orders.begin()) return;  // about to begin, when it sees that it has ended
    Order order = std::move(*found);
    orders.erase(found);
    if (order.pushed && order.pushed->done) order.pushed->done(build_id);
    return;
  }
}

void Builder::clear_cache(std::string const& app_id) {
  world_.workers.run(
      [&files = world_.files, folder = folders_.caches + "/" + app_id] {
        // A build that runs may write into it meanwhile; then the next clearing has it.
        auto const removed = files.remove(folder);
        static_cast<void>(removed.has_value());
      },
      [] {});
}

}  // namespace landfall::sandbox
