// A world for Heroku's own resources: a team, a pipeline, add-ons, and short words for tests.
#pragma once

#include "sandbox/sandbox_fixture.h"

namespace landfall {

/// Ada owns shop-staging and shop, which are a pipeline; acme is a team of ada and bob; eve is in
/// nothing.
inline char const* const pipeline_world = R"(
clock: 2026-05-01T12:00:00Z
users:
  ada: {id: 11, email: ada@shop.example}
  bob: {id: 12, email: bob@shop.example}
  eve: {id: 13, email: eve@other.example}
tokens:
  heroku-ada: {service: heroku, user: ada}
  heroku-bob: {service: heroku, user: bob}
  heroku-eve: {service: heroku, user: eve}
heroku:
  build_takes: 1s
  teams:
    acme: {members: {ada: admin, bob: member}}
  apps:
    shop-staging:
      created_at: 2026-04-10T10:00:00Z
      owner: ada
      collaborators: [bob]
      config: {GREETING: hello, DATABASE_URL: 'postgres://nowhere'}
      buildpacks: [heroku/python]
      formation: {web: {quantity: 1, size: standard-1x}}
      addons:
        - {plan: 'heroku-postgresql:essential-0', name: postgresql-round-12345, config: [DATABASE_URL], cents: 500}
      drains: ['https://logs.example/drain']
      webhooks:
        - {url: 'http://127.0.0.1:1/hook', include: [api:release], level: notify, secret: s3}
      releases:
        - {at: 2026-04-10T10:00:00Z, description: Initial release}
        - {at: 2026-04-10T10:00:01Z, description: Enable Logplex}
        - at: 2026-04-15T08:00:00Z
          description: Deploy 3af5b0dc
          code: {folder: code, commit: 3af5b0dc4aaec8597d6b377ff01fa9d479a50128}
    shop:
      created_at: 2026-04-10T10:00:00Z
      owner: ada
      collaborators: []
    acme-web:
      created_at: 2026-04-10T10:00:00Z
      owner: bob
      team: acme
      collaborators: []
  pipelines:
    shop-line:
      created_at: 2026-04-11T10:00:00Z
      owner: ada
      apps: {shop-staging: staging, shop: production}
)";

class HerokuWorldTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    start(pipeline_world);
  }

  /// What is under a path of an answer's body, as a text.
  std::string text_of(Response const& response, std::string const& path) const {
    return json(response).text(path).value_or("(nothing at " + path + ")");
  }

  std::string id_of(std::string const& path) { return text_of(heroku("GET", path), "id"); }

  /// The description of an app's newest release.
  std::string newest_release(std::string const& app) {
    Json const releases = json(heroku("GET", "/apps/" + app + "/releases"));
    return *releases.as_array().back().text("description");
  }

  /// An answer's status, error id and message: "422 invalid_params Name x is already taken".
  std::string said(Response const& response) const {
    return fmt::format("{} {} {}", response.status, text_of(response, "id"),
                       text_of(response, "message"));
  }

  /// The texts of an app's log, a line each, without time and source.
  std::string log(std::string const& app) {
    Response const session = heroku("POST", "/apps/" + app + "/log-sessions", R"({"lines":1500})");
    std::string text;
    for (std::string const& line :
         lines_of(answer({.url = text_of(session, "logplex_url")}).body)) {
      std::size_t const blank = line.find(' ');
      text += line.substr(std::min(blank, line.size() - 1) + 1) + "\n";
    }
    return text;
  }
};

}  // namespace landfall
