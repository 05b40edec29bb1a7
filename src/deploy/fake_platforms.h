// For tests: a small Heroku, GitHub, upload store and app router that can be told to misbehave.
#pragma once

#include <fmt/core.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/archive.h"
#include "base/json.h"
#include "base/text.h"
#include "world/world.h"

namespace landfall::test {

inline std::string const commit_old(40, 'a');
inline std::string const commit_new = "b1b2b3b4b5b6b7b8b9b0c1c2c3c4c5c6c7c8c9c0";

struct FakeRelease {
  std::string description;
  std::string commit;  ///< "": carries no code
  std::string status = "succeeded";
  bool eligible = true;
};
struct FakeBuild {
  std::string version;
  std::string mark;
  std::string url;
  Instant created;
  std::string status = "pending";
  std::int64_t release = 0;
};

class FakePlatforms {
 public:
  // What a test sets.
  std::string build_result = "succeeded";
  std::string release_result = "succeeded";
  bool dynos_crash = false;
  int old_answers = 0;     ///< so many health answers still name the old commit after a release
  bool unhealthy = false;  ///< the new code answers 500
  bool app_exists = true;
  bool archived = false;
  bool maintenance = false;
  bool environment_exists = true;
  bool environment_protected = true;
  bool no_web = false;          ///< the new code declares no web process: the formation loses it
  bool web_stays_away = false;  ///< with it: web can not be scaled any more at all
  bool web_starts = true;       ///< a release of code brings one web dyno by itself
  std::function<bool(Request const&)> lose{};   ///< carried out, but its answer never comes
  std::function<int(Request const&)> refuse{};  ///< an HTTP status instead of the answer; 0: none
  std::function<void(Request const&)> before{};

  // What a test looks at.
  std::vector<FakeRelease> releases{{"Initial release", ""}, {"Enable Logplex", ""}};
  std::vector<FakeBuild> builds;
  std::map<std::string, int> formation;
  std::map<std::string, std::string> uploads;
  std::vector<std::string> calls;
  int releases_made = 0;

  explicit FakePlatforms(World world) : world_(world) {
    auto const serve = [this](auto method) {
      return [this, method](Request request, Respond respond) { answer(method, request, respond); };
    };
    heroku_port = *world_.server.listen(0, serve(&FakePlatforms::heroku));
    github_port = *world_.server.listen(0, serve(&FakePlatforms::github));
    store_port = *world_.server.listen(0, serve(&FakePlatforms::store));
    app_port = *world_.server.listen(0, serve(&FakePlatforms::app));
  }

  int heroku_port = 0, github_port = 0, store_port = 0, app_port = 0;
  std::string url(int port) const { return fmt::format("http://127.0.0.1:{}", port); }

  /// The app as it is after an earlier deploy.
  void deployed_before() {
    releases.push_back({"Deploy aaaaaaa", commit_old});
    formation["web"] = 1;
    code_ = static_cast<std::int64_t>(releases.size());
    current_ = code_;
  }
  std::int64_t current() const { return current_; }
  int count(std::string_view call) const {
    int found = 0;
    for (std::string const& each : calls) found += each.starts_with(call) ? 1 : 0;
    return found;
  }
  void release_out_of_band(std::string description) {
    add_release({std::move(description), releases[static_cast<std::size_t>(current_ - 1)].commit});
    take_force(static_cast<std::int64_t>(releases.size()));
  }

 private:
  using Answering = Response (FakePlatforms::*)(Request const&, std::vector<std::string> const&);

  void answer(Answering method, Request const& request, Respond& respond) {
    if (before) before(request);
    calls.push_back(request.method + " " + request.url);
    int const refused = refuse ? refuse(request) : 0;
    if (refused != 0)
      return respond(json(refused, Json::object({{"message", "refused by the test"}})));
    bool const lost = lose && lose(request);
    Response response = (this->*method)(request, parse_url(request.url)->segments());
    if (!lost) respond(std::move(response));
  }

  static Response json(int status, Json const& body) {
    return {
        .status = status, .headers = {{"Content-Type", "application/json"}}, .body = body.dump()};
  }
  static Response not_found() { return json(404, Json::object({{"message", "Not Found"}})); }

  Json release_json(std::int64_t version) const {
    FakeRelease const& release = releases[static_cast<std::size_t>(version - 1)];
    Json json = Json::object({{"version", version},
                              {"id", fmt::format("release-{}", version)},
                              {"status", release.status},
                              {"description", release.description},
                              {"current", version == current_},
                              {"eligible_for_rollback", release.eligible}});
    json.set("user", Json::object({{"email", "ops@example.com"}}));
    json.set("artifacts", Json::array());
    json.set("slug",
             release.commit.empty() ? Json() : Json::object({{"id", "slug-" + release.commit}}));
    return json;
  }

  Json build_json(std::size_t index) const {
    FakeBuild const& build = builds[index];
    Json json = Json::object({{"id", fmt::format("build-{}", index + 1)},
                              {"status", build.status},
                              {"output_stream_url", url(store_port) + "/output?signature=secret"}});
    json.set("source_blob", Json::object({{"url", build.url},
                                          {"version", build.version},
                                          {"version_description", build.mark}}));
    json.set("release", build.release == 0
                            ? Json()
                            : Json::object({{"id", fmt::format("release-{}", build.release)}}));
    return json;
  }

  void add_release(FakeRelease release) { releases.push_back(std::move(release)); }
  void take_force(std::int64_t version) {
    current_ = version;
    forced_at_ = world_.now();
    bool const code = !releases[static_cast<std::size_t>(version - 1)].commit.empty();
    bool const new_code = releases[static_cast<std::size_t>(version - 1)].commit == commit_new;
    if (no_web && code) {
      formation.erase("web");
      if (!new_code) formation["web"] = 0;  // as Heroku does: the type comes back without dynos
      return;
    }
    if (code && web_starts && formation.empty()) formation["web"] = 1;
  }

  void finish_build(std::size_t index) {
    builds[index].status = build_result;
    if (build_result != "succeeded") return;
    ++releases_made;
    add_release({"Deploy " + builds[index].version.substr(0, 7), builds[index].version, "pending"});
    auto const version = static_cast<std::int64_t>(releases.size());
    builds[index].release = version;
    world_.loop.after(3s, [this, version] {
      FakeRelease& release = releases[static_cast<std::size_t>(version - 1)];
      release.status = release_result;
      if (release_result == "succeeded") take_force(version);
    });
  }

  Json dynos() const {
    Json list = Json::array();
    std::string const& commit = releases[static_cast<std::size_t>(current_ - 1)].commit;
    if (commit.empty()) return list;
    bool const crashes = dynos_crash && commit == commit_new;
    bool const booting = world_.now() < forced_at_ + 3s;
    for (auto const& [type, quantity] : formation)
      for (int i = 1; i <= quantity; ++i) {
        Json dyno = Json::object({{"name", fmt::format("{}.{}", type, i)}, {"type", type}});
        dyno.set("state", booting ? "starting" : crashes ? "crashed" : "up");
        dyno.set("release", Json::object({{"version", current_}}));
        list.push(std::move(dyno));
      }
    return list;
  }

  Response heroku(Request const& request, std::vector<std::string> const& path) {
    if (path.size() == 1 && path[0] == "sources" && request.method == "POST") {
      std::string const blob = fmt::format("{}/blob{}?signature=secret", url(store_port), ++blobs_);
      return json(
          201,
          Json::object({{"source_blob", Json::object({{"put_url", blob}, {"get_url", blob}})}}));
    }
    if (!app_exists || path.size() < 2) return not_found();
    std::string const what = path.size() > 2 ? path[2] : "app";
    Json const body = request.body.empty() ? Json() : *Json::parse(request.body);
    if (what == "app") return app_info(request, body);
    if (what == "releases") return answer_releases(request, path, body);
    if (what == "slugs")
      return json(200, Json::object({{"id", path[3]}, {"commit", path[3].substr(5)}}));
    if (what == "builds") return answer_builds(request, path, body);
    if (what == "dynos") return json(200, dynos());
    if (what == "formation") return answer_formation(request, body);
    return not_found();
  }

  Response app_info(Request const& request, Json const& body) {
    if (request.method == "PATCH") maintenance = *body.boolean("maintenance");
    Json app = Json::object(
        {{"name", "shop"}, {"maintenance", maintenance}, {"web_url", url(app_port) + "/"}});
    app.set("archived_at", archived ? Json("2026-01-01T00:00:00Z") : Json());
    return json(200, app);
  }

  Response answer_releases(Request const& request, std::vector<std::string> const& path,
                           Json const& body) {
    if (request.method == "POST") {
      std::string const id = *body.text("release");
      auto const version = *parse_integer(id.substr(8));
      add_release({fmt::format("Rollback to v{}", version),
                   releases[static_cast<std::size_t>(version - 1)].commit});
      take_force(static_cast<std::int64_t>(releases.size()));
      return json(201, release_json(current_));
    }
    if (path.size() > 3) return json(200, release_json(*parse_integer(path[3].substr(8))));
    Json list = Json::array();
    for (std::size_t i = 0; i < releases.size(); ++i)
      list.push(release_json(static_cast<std::int64_t>(i + 1)));
    return json(200, list);
  }

  Response answer_builds(Request const& request, std::vector<std::string> const& path,
                         Json const& body) {
    if (request.method == "POST") {
      builds.push_back({*body.text("source_blob.version"),
                        *body.text("source_blob.version_description"),
                        *body.text("source_blob.url"), world_.now()});
      std::size_t const index = builds.size() - 1;
      world_.loop.after(5s, [this, index] { finish_build(index); });
      return json(201, build_json(index));
    }
    if (path.size() > 3)
      return json(200, build_json(static_cast<std::size_t>(*parse_integer(path[3].substr(6)) - 1)));
    Json list = Json::array();
    for (std::size_t i = 0; i < builds.size(); ++i) list.push(build_json(i));
    return json(200, list);
  }

  Response answer_formation(Request const& request, Json const& body) {
    if (request.method == "PATCH" && (formation.count("web") == 0 || web_stays_away) && no_web)
      return json(404, Json::object({{"message", "Couldn't find that formation."}}));
    if (request.method == "PATCH")
      for (Json const& each : **body.items("updates"))
        formation[*each.text("type")] = static_cast<int>(*each.integer("quantity"));
    Json list = Json::array();
    for (auto const& [type, quantity] : formation)
      list.push(Json::object({{"type", type}, {"quantity", quantity}}));
    return json(200, list);
  }

  Response github(Request const&, std::vector<std::string> const& path) {
    if (path.size() < 5) return not_found();
    if (path[3] == "commits") {
      bool const known = path[4] == "main" || path[4] == commit_new || path[4] == "v1";
      return known ? json(200, Json::object({{"sha", commit_new}})) : not_found();
    }
    if (path[3] == "compare")
      return json(
          200,
          *Json::parse(
              R"({"commits":[{"commit":{"message":"Older\n\nbody"}},{"commit":{"message":"Newer"}}]})"));
    if (path[3] == "tarball") {
      std::string const top = "acme-shop-" + commit_new.substr(0, 7);
      Result<std::string> packed =
          pack({{top + "/Procfile", EntryKind::file, 0644, "web: ./run\n"},
                {top + "/api/Procfile", EntryKind::file, 0644, "web: ./api\n"},
                {top + "/run", EntryKind::file, 0755, "#!/bin/sh\n"}});
      return {.status = 200, .headers = {{"Content-Type", "application/x-gzip"}}, .body = *packed};
    }
    if (path[3] != "environments" || !environment_exists) return not_found();
    if (path.size() > 5)
      return json(200, *Json::parse(R"({"total_count":1,"branch_policies":[{"name":"main"}]})"));
    return json(
        200,
        environment_protected
            ? *Json::parse(R"({"name":"production","protection_rules":[{"type":"required_reviewers",
                               "reviewers":[{"type":"User","reviewer":{"login":"Alice"}}]}],
                               "deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}})")
            : *Json::parse(
                  R"({"name":"production","protection_rules":[],"deployment_branch_policy":null})"));
  }

  Response store(Request const& request, std::vector<std::string> const& path) {
    if (path[0] == "output")
      return {.status = 200,
              .body =
                  "-----> Building\n !     No matching distribution for flaskk==3\n !     Push "
                  "failed\n"};
    if (request.method != "PUT") return not_found();
    bool const typed = !request.headers.value_or("Content-Type", "").empty();
    if (typed || request.headers.find("Authorization")) return {.status = 403};
    uploads[path[0]] = request.body;
    return {.status = 200};
  }

  Response app(Request const&, std::vector<std::string> const&) {
    if (maintenance)
      return {.status = 503,
              .headers = {{"Content-Type", "text/html"}},
              .body = "<title>Offline for Maintenance</title>"};
    std::string commit = releases[static_cast<std::size_t>(current_ - 1)].commit;
    if (commit.empty())
      return {.status = 502,
              .headers = {{"Content-Type", "text/html"}},
              .body = "<title>Heroku | Welcome to your new app!</title>"};
    if (no_web && formation["web"] == 0)
      return {.status = 503, .headers = {{"Content-Type", "text/html"}}, .body = "no web process"};
    if (commit == commit_new && unhealthy) return json(500, Json::object({{"status", "broken"}}));
    if (commit == commit_new && old_answers > 0) {
      --old_answers;
      commit = commit_old;
    }
    return json(200, Json::object({{"status", "ok"}, {"commit", commit}}));
  }

  World world_;
  std::int64_t current_ = 2;
  std::int64_t code_ = 0;
  Instant forced_at_{};
  int blobs_ = 0;
};

}  // namespace landfall::test
