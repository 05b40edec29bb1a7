#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "collect/probe.h"
#include "collect/round.h"
#include "evidence/evidence.h"

namespace landfall {
namespace {

constexpr std::size_t body_kept_max = 16 << 10;

/// One question to one witness.
struct Witness {
  std::shared_ptr<Round> round;
  Target target;
  std::string name;  ///< origin or edge
  std::string url;   ///< with the health path
  bool offline = false;

  std::string source() const { return "probe." + name; }
};

std::string without_query(std::string_view url) {
  return std::string(url.substr(0, url.find('?')));
}

// The answer as people read it: its status, the headers that tell who gave it, the body. No
// cookies, and no query of a login's URL: both may open a session.
std::string told(Result<Response> const& response) {
  if (!response) return printable(response.error().text);
  std::string text = fmt::format("HTTP {}\n", response->status);
  for (std::string_view const name :
       {"server", "via", "content-type", "cf-ray", "retry-after", "location"})
    if (auto const value = response->headers.find(name))
      text += fmt::format("{}: {}\n", name, printable(without_query(*value)));
  return text + "\n" + printable(std::string_view(response->body).substr(0, body_kept_max));
}

Result<> write_answer(Witness const& witness, Classified const& seen,
                      Result<Response> const& response) {
  Store& store = witness.round->store;
  Instant const now = witness.round->world.now();
  int const status = response ? response->status : 0;
  std::int64_t const evidence =
      TRY(record(store, {witness.source(), "GET " + witness.url, status, "", told(response)}, now));
  std::string const code = response ? "" : response.error().code;
  if (witness.offline && (code == "dns" || code == "connect"))
    return store.observe(
        {.subject = witness.target.name,
         .source = witness.source(),
         .state = Observed::failed,
         .reason = fmt::format("{}, and the platform's API could not be reached either: "
                               "landfall's own network may be down",
                               seen.detail)},
        evidence, now);
  Fact const fact{{"target", witness.target.name},
                  {"witness", witness.name},
                  {"url", witness.url},
                  {"status", status},
                  {"class", seen.class_name},
                  {"verdict", seen.verdict},
                  {"detail", seen.detail},
                  {"commit_id", seen.commit}};
  TRY(store.replace("probe", {{"target", witness.target.name}, {"witness", witness.name}}, {fact},
                    evidence, now));
  return store.observe({.subject = witness.target.name, .source = witness.source()}, evidence, now);
}

void ask(std::shared_ptr<Round> const& round, Target const& target, std::string const& name,
         std::string base, bool offline) {
  while (base.ends_with('/')) base.pop_back();
  Witness witness{round, target, name, base + target.health.path, offline};
  round->hold();
  probe(round->world, target.health, base,
        [witness = std::move(witness)](Classified const& seen, Result<Response> const& response) {
          if (witness.round->closed()) return;
          witness.round->write([&] { return write_answer(witness, seen, response); });
          witness.round->release("GET " + witness.url);
        });
}

}  // namespace

void collect_probes(std::shared_ptr<Round> const& round, Target const& target,
                    std::optional<std::string> const& web_url, bool offline) {
  std::optional<std::string> const origin = target.origin ? target.origin : web_url;
  if (origin) {
    ask(round, target, "origin", *origin, offline);
  } else {
    round->write([&] {
      return round->store.observe(
          {.subject = target.name,
           .source = "probe.origin",
           .state = Observed::never_observed,
           .reason = fmt::format("no URL is known: landfall.yaml declares none and "
                                 "the web_url of {} could not be read",
                                 target.app)},
          0, round->world.now());
    });
  }
  if (target.edge) ask(round, target, "edge", *target.edge, offline);
}

}  // namespace landfall
