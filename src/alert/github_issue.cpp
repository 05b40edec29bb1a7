// One GitHub issue for each alert: opened, commented on, closed. Which issue it is is found by a
// mark in its text, so that nothing has to be remembered here.
// https://docs.github.com/rest/issues/issues
#include <fmt/core.h>

#include "alert/notifier.h"
#include "base/text.h"
#include "world/secrets.h"

namespace landfall {
namespace {

constexpr char const* label = "landfall";

class GitHubIssue : public Notifier {
 public:
  GitHubIssue(World const& world, Receiver receiver)
      : world_(world), receiver_(std::move(receiver)) {}

  void send(Message const& message, Delivered done) override {
    message_ = message;
    done_ = std::move(done);
    // The newest come first; more open issues of landfall's than a page holds are a fault of their
    // own.
    ask("GET", fmt::format("/issues?labels={}&state=all&per_page=100", label), Json(),
        [this](Response const& answer) { found(answer); });
  }

 private:
  using Next = std::function<void(Response const&)>;

  std::string mark() const { return fmt::format("<!-- landfall {} -->", message_.incident); }

  void ask(std::string method, std::string const& path, Json const& body, Next next) {
    auto const token = secret_from(world_, {"GITHUB_TOKEN", "GH_TOKEN"}, "GITHUB_TOKEN_FILE");
    std::string const api = world_.variable("GITHUB_API_URL").value_or("https://api.github.com");
    Request request{.method = std::move(method),
                    .url = fmt::format("{}/repos/{}{}", api, receiver_.repository, path),
                    .body = body.is_null() ? "" : body.dump(),
                    .reuse = Reuse::never};
    request.headers.set("Accept", "application/vnd.github+json");
    request.headers.set("User-Agent", "landfall");
    request.headers.set("X-GitHub-Api-Version", "2022-11-28");
    if (token && !token->empty()) request.headers.set("Authorization", "Bearer " + token->reveal());
    world_.http.send(std::move(request), [this, alive = std::weak_ptr(alive_),
                                          next = std::move(next)](Result<Response> const& answer) {
      if (!alive.lock()) return;
      Delivery const delivery = delivery_of(answer);
      if (delivery.end == Delivery::End::taken) return next(*answer);
      // GitHub says 403 for its limits too: https://docs.github.com/rest/using-the-rest-api
      bool const limited = answer && answer->status == 403 && answer->headers.find("Retry-After");
      finish(limited ? Delivery{Delivery::End::again, delivery.text, 1min} : delivery);
    });
  }

  void finish(Delivery delivery) { std::exchange(done_, nullptr)(std::move(delivery)); }

  void found(Response const& answer) {
    auto const issues = Json::parse(answer.body);
    if (!issues || !issues->is_array())
      return finish({Delivery::End::again, "the list of issues is no list"});
    for (Json const& issue : issues->as_array()) {
      std::string const body = issue.text("body").value_or("");
      auto const number = issue.integer("number");
      if (body.find(mark()) != std::string::npos && number) return known(*number, issue);
    }
    if (message_.kind == Notice::Kind::resolved)
      return finish({Delivery::End::taken, "it has no issue"});
    open();
  }

  void open() {
    Json const issue = Json::object({{"title", message_.title},
                                     {"body", plain_text(message_) + "\n" + mark()},
                                     {"labels", Json::array({label, message_.severity})}});
    ask("POST", "/issues", issue, [this](Response const& answer) {
      auto const made = Json::parse(answer.body);
      finish({Delivery::End::taken,
              fmt::format("issue {}", made ? made->integer("number").value_or(0) : 0)});
    });
  }

  void known(std::int64_t number, Json const& issue) {
    bool const closed = issue.text("state").value_or("") == "closed";
    bool const resolved = message_.kind == Notice::Kind::resolved;
    if (closed == resolved && (resolved || message_.kind == Notice::Kind::firing))
      return finish({Delivery::End::taken, fmt::format("issue {} says so already", number)});
    ask("POST", fmt::format("/issues/{}/comments", number),
        Json::object({{"body", plain_text(message_)}}), [this, number, resolved](Response const&) {
          ask("PATCH", fmt::format("/issues/{}", number),
              Json::object({{"state", resolved ? "closed" : "open"}}),
              [this, number](Response const&) {
                finish({Delivery::End::taken, fmt::format("issue {}", number)});
              });
        });
  }

  World world_;
  Receiver receiver_;
  Message message_;
  Delivered done_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace

std::unique_ptr<Notifier> make_github_issue(World const& world, Receiver const& receiver) {
  return std::make_unique<GitHubIssue>(world, receiver);
}

}  // namespace landfall
