// All checks over 10,000 apps and 1,000,000 releases: how long one evaluation takes, and how long
// one takes when nothing changed. Prints CPU and wall time; judges nothing.
#include <fmt/core.h>
#include <sys/resource.h>

#include <chrono>
#include <ctime>
#include <string>

#include "check/check.h"
#include "check/verdict.h"

namespace landfall {
namespace {

constexpr int apps = 10'000;
constexpr int releases_each = 100;
std::int64_t const now = 1'777'566'600;

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <class Work>
void timed(std::string_view what, Work work) {
  double const cpu = cpu_seconds();
  double const wall = wall_seconds();
  work();
  fmt::print("{:<44} {:8.1f} ms CPU {:8.1f} ms wall\n", what, (cpu_seconds() - cpu) * 1e3,
             (wall_seconds() - wall) * 1e3);
}

void must(Result<> const& result) {
  if (!result) unreachable_here(result.error().text);
}

Result<> insert(Store& store, std::string const& sql, int count, auto values) {
  sql::Statement statement = TRY(store.database().prepare(sql));
  for (int i = 0; i < count; ++i) {
    TRY(statement.bind(values(i)));
    TRY(statement.step());
  }
  return {};
}

using Values = std::vector<sql::Value>;
std::string app(int i) {
  return fmt::format("app-{}", i);
}
std::string target(int i) {
  return fmt::format("service-{}/production", i);
}
std::string repository(int i) {
  return fmt::format("acme/repository-{}", i / 10);
}

Result<> fill_targets(Store& store) {
  TRY(insert(
      store,
      "INSERT INTO target VALUES "
      "(?,?,'production','heroku',?,?,'main','',NULL,'/"
      "health','deployed',NULL,NULL,3600,86400,'ann','production',1,'main',NULL,'heroku','landfall."
      "yaml:1')",
      apps, [](int i) { return Values{target(i), target(i), app(i), repository(i)}; }));
  TRY(insert(store, "INSERT INTO target_process VALUES (?, 'web', 1)", apps,
             [](int i) { return Values{target(i)}; }));
  TRY(insert(store,
             "INSERT INTO app VALUES (?, 'id', ?, NULL, NULL, 'heroku-24', 'cedar', 'us', 'ann', "
             "FALSE, NULL, 'https://x/', 1, ?, NULL)",
             apps, [](int i) { return Values{app(i), now - 9'000'000, now - 9'000'000}; }));
  TRY(insert(store,
             "INSERT INTO probe VALUES (?, 'origin', 'https://x/health', 200, 'healthy', "
             "'healthy', 'HTTP 200', NULL, 1, ?, NULL)",
             apps, [](int i) { return Values{target(i), now - 5000}; }));
  for (char const* source : {"heroku.app", "heroku.releases", "heroku.dynos", "heroku.formation"})
    for (char const* sql :
         {"INSERT INTO observation VALUES (?, ?, 'observed', '', NULL, 1, 0, NULL)",
          "INSERT INTO asked VALUES (?, ?, 0, 9000000000, 1)"})
      TRY(insert(store, sql, apps, [&](int i) { return Values{app(i), source}; }));
  for (char const* source :
       {"github.files", "github.runs", "github.tags", "github.workflows", "github.environments",
        "github.commits", "github.repository", "github.secrets", "github.variables",
        "github.deployments", "github.pending", "github.plan"})
    for (char const* sql :
         {"INSERT INTO observation VALUES (?, ?, 'observed', '', NULL, 1, 0, NULL)",
          "INSERT INTO asked VALUES (?, ?, 0, 9000000000, 1)"})
      TRY(insert(store, sql, apps / 10, [&](int i) { return Values{repository(i * 10), source}; }));
  for (char const* sql :
       {"INSERT INTO observation VALUES (?, 'probe.origin', 'observed', '', NULL, 1, 0, NULL)",
        "INSERT INTO asked VALUES (?, 'probe.origin', 0, 9000000000, 1)"})
    TRY(insert(store, sql, apps, [](int i) { return Values{target(i)}; }));
  return {};
}

/// One repository in ten is private; in each an environment with a rule, and secrets of which the
/// workflows take one that is not there in a repository in a hundred.
Result<> fill_settings(Store& store) {
  int const repositories = apps / 10;
  auto const name = [](int i) { return repository(i * 10); };
  auto const path = [](int i) { return fmt::format(".github/workflows/deploy-{}.yml", i % 10); };
  TRY(insert(store, "INSERT INTO repository VALUES (?, 'main', ?, FALSE, 0, ?, 6, 0, NULL)",
             repositories, [&](int i) {
               bool const is_private = i % 10 == 0;
               return Values{name(i), is_private, is_private ? "private" : "public"};
             }));
  TRY(store.database().exec("INSERT INTO account VALUES ('acme', 'enterprise', 18, 0, NULL)"));
  TRY(insert(store,
             "INSERT INTO environment VALUES (?, 'production', 0, 1, 'ann', 0, FALSE, 'custom', "
             "'main', FALSE, 11, 0, NULL)",
             repositories, [&](int i) { return Values{name(i)}; }));
  TRY(insert(
      store,
      "INSERT INTO environment_policy VALUES (?, 'production', 'branch', 'main', 11, 0, NULL)",
      repositories, [&](int i) { return Values{name(i)}; }));
  TRY(insert(store,
             "INSERT INTO path_policy VALUES (?, ?, 'deploy', 'push', 'branch', 'main', "
             "'production', 'branches main', TRUE, NULL, 0, NULL)",
             apps, [&](int i) { return Values{repository(i), path(i)}; }));
  TRY(insert(store, "INSERT INTO secret_name VALUES (?, '', ?, 15, 0, NULL)", repositories * 5,
             [&](int n) { return Values{name(n / 5), fmt::format("KEY_{}", n % 5)}; }));
  TRY(insert(store,
             "INSERT INTO secret_use VALUES (?, ?, 'deploy', 'secret', ?, 33, TRUE, 12, 0, NULL)",
             apps * 3, [&](int n) {
               bool const missing = n / 30 % 100 == 0 && n % 3 == 0;
               return Values{repository(n / 3), path(n / 3),
                             missing ? "OTHER_KEY" : fmt::format("KEY_{}", n % 3)};
             }));
  TRY(insert(store,
             "INSERT INTO deployment VALUES (?, ?, 'production', 'main', 'aaaa', 'ann', ?, 14, 0, "
             "NULL)",
             apps * 10, [&](int n) { return Values{repository(n / 10), n, now - n}; }));
  return insert(
      store,
      "INSERT INTO pending_deployment VALUES (?, ?, 'production', 'ann', FALSE, 0, ?, 17, "
      "0, NULL)",
      repositories, [&](int i) { return Values{name(i), i * 100, now - 100'000}; });
}

/// One app in a hundred never got code, one in fifty has no dyno.
Result<> fill_history(Store& store) {
  TRY(insert(store,
             "INSERT INTO release VALUES "
             "(?,?,?,'succeeded','Deploy',?,NULL,NULL,'aaaa',?,'ann','id',2,?,NULL)",
             apps * releases_each, [](int n) {
               int const i = n / releases_each;
               int const version = n % releases_each + 1;
               bool const code = i % 100 != 0 && version > 2;
               std::int64_t const at = now - 9'000'000 + version * 60'000;
               return Values{app(i), version, code ? "deploy" : version <= 2 ? "initial" : "config",
                             code,   at,      at};
             }));
  TRY(insert(store, "INSERT INTO live_release VALUES (?, ?, 2, 0, NULL)", apps,
             [](int i) { return Values{app(i), releases_each}; }));
  TRY(insert(store, "INSERT INTO formation VALUES (?, 'web', 2, 'basic', 'run', 3, 0, NULL)", apps,
             [](int i) { return Values{app(i)}; }));
  TRY(insert(store, "INSERT INTO dyno VALUES (?, ?, 'web', ?, 'basic', ?, 0, 0, 4, 0, NULL)",
             apps * 2, [](int n) {
               return Values{app(n / 2), fmt::format("web.{}", n % 2 + 1),
                             n / 2 % 50 == 0 ? "crashed" : "up", releases_each};
             }));
  TRY(insert(store,
             "INSERT INTO deploy_path VALUES (?, ?, 'deploy', 3, 30, 'push', 'branch', 'main', ?, "
             "TRUE, 'akhileshns/heroku-deploy', 'production', FALSE, TRUE, 12, 0, NULL)",
             apps, [](int i) {
               return Values{repository(i), fmt::format(".github/workflows/deploy-{}.yml", i % 10),
                             app(i)};
             }));
  TRY(insert(store, "INSERT INTO workflow VALUES (?, ?, 1, 'Deploy', 'active', 0, 9, 0, NULL)",
             apps, [](int i) {
               return Values{repository(i), fmt::format(".github/workflows/deploy-{}.yml", i % 10)};
             }));
  TRY(insert(store,
             "INSERT INTO run VALUES (?, ?, ?, 'push', 'main', 'aaaa', 'completed', 'success', ?, "
             "0, 10, 0, NULL)",
             apps * 10, [](int n) {
               return Values{repository(n / 10), n,
                             fmt::format(".github/workflows/deploy-{}.yml", n / 10 % 10), now - n};
             }));
  return insert(store,
                "INSERT INTO commit_seen VALUES (?, 'main', '', ?, ?, 'ann', 'title', 8, 0, NULL)",
                apps / 10 * 30, [](int n) {
                  return Values{repository(n / 30 * 10),
                                n % 30 == 29 ? std::string("aaaa") : fmt::format("c{}", n),
                                now - 100'000 + n % 30};
                });
}

void run_all() {
  Store store = std::move(*Store::open(":memory:"));
  timed("filling 10,000 apps, 1,000,000 releases", [&] {
    must(store.database().transaction([&]() -> Result<> {
      TRY(fill_targets(store));
      TRY(fill_settings(store));
      return fill_history(store);
    }));
    must(store.database().run("ANALYZE"));
  });
  Instant const at = from_epoch_seconds(now);
  for (Check const& check : checks()) {
    must(store.look_at(at));
    timed("  " + check.id, [&] {
      must(Result<>(store.database().query(check.sql, {{":now", now}})
                        ? Result<>()
                        : fail(ErrorKind::data, check.id)));
    });
  }
  CheckRunner runner(store);
  std::size_t found = 0;
  timed("all checks, first time", [&] { found = runner.run(at)->size(); });
  timed("all checks, nothing changed, a second later",
        [&] { found = runner.run(at + 1s)->size(); });
  timed("all verdicts", [&] {
    must(Result<>(verdicts(store, at + 1s) ? Result<>() : fail(ErrorKind::data, "verdicts")));
  });
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{} findings; {} MB resident, the database in memory included\n", found,
             usage.ru_maxrss / 1024);
}

}  // namespace
}  // namespace landfall

int main() {
  landfall::run_all();
}
