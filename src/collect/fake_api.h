// For tests: a simulated world with one server that answers by path as it is told.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "collect/client.h"
#include "world/sim_world.h"

namespace landfall {

inline Response json_answer(std::string body, int status = 200, Headers headers = {}) {
  headers.set("Content-Type", "application/json; charset=utf-8");
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

inline constexpr std::string_view heroku_token = "heroku-token-0123456789";
inline constexpr std::string_view github_token = "github-token-0123456789";

/// One process "api" that serves, one process "landfall" that asks.
class FakeApi {
 public:
  using Route = std::function<void(Request const&, Respond&)>;

  explicit FakeApi(Instant start = from_epoch_seconds(1'777'566'600))
      : sim_(SimWorld::create(start, 7)),
        port_(
            *sim_->process("api").server.listen(0, [this](Request const& request, Respond respond) {
              serve(request, std::move(respond));
            })) {}

  World world() { return sim_->process("landfall"); }
  SimWorld& sim() { return *sim_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  Platforms platforms() const {
    return {{url(), Secret(std::string(heroku_token))}, {url(), Secret(std::string(github_token))}};
  }

  /// Answers to requests of this path: its query may be left out. The last route of a path counts.
  void route(std::string path, std::function<Response(Request const&)> answer) {
    routes_[std::move(path)] = [answer = std::move(answer)](Request const& request,
                                                            Respond& respond) {
      respond(answer(request));
    };
  }
  void json(std::string path, std::string body) {
    route(std::move(path), [body = std::move(body)](Request const&) { return json_answer(body); });
  }
  /// Takes the request and never answers.
  void stall(std::string path) {
    routes_[std::move(path)] = [this](Request const&, Respond& respond) {
      held_.push_back(std::move(respond));
    };
  }
  /// Closes the connection unanswered.
  void hang_up(std::string path) {
    routes_[std::move(path)] = [](Request const&, Respond& respond) {
      Respond dropped = std::move(respond);
    };
  }

  std::vector<Request> requests;
  int count(std::string_view path) const {
    int found = 0;
    for (Request const& request : requests) found += path_of(request.url) == path ? 1 : 0;
    return found;
  }

 private:
  static std::string path_of(std::string const& target) {
    return target.substr(0, target.find('?'));
  }

  void serve(Request const& request, Respond respond) {
    requests.push_back(request);
    auto found = routes_.find(request.url);
    if (found == routes_.end()) found = routes_.find(path_of(request.url));
    if (found == routes_.end())
      return respond(json_answer(R"({"id":"not_found","message":"Not Found"})", 404));
    found->second(request, respond);
  }

  std::map<std::string, Route> routes_;
  std::vector<Respond> held_;
  std::unique_ptr<SimWorld> sim_;
  int port_;
};

/// Everything that the database holds, as text: for what must not be in it.
inline std::string dump_of(Store& store) {
  std::string text;
  for (Table const& table : tables()) {
    auto const rows = store.database().query("SELECT * FROM " + table.name);
    if (!rows) continue;
    for (sql::Row const& row : *rows)
      for (sql::Value const& value : row.values()) text += value.text() + "\n";
  }
  return text;
}

}  // namespace landfall
