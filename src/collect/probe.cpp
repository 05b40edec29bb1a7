#include "collect/probe.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "collect/signatures.h"

namespace landfall {
namespace {

// A health answer is small; what stands further down is not looked at.
constexpr std::size_t looked_at_max = 256 << 10;
constexpr std::size_t body_max = 1 << 20;
constexpr std::size_t shown_max = 120;

/// What of an answer the signatures look at.
struct Sight {
  int status = 0;  ///< 0: no answer
  int expected = 200;
  bool marker = true;
  bool commit = true;    ///< it is named, or none is declared
  std::string body;      ///< in lower case
  std::string location;  ///< in lower case
  std::string error;     ///< its code
  Headers const* headers = nullptr;
};

// JSON means the same with and without blanks after ':' and ','; a marker should too.
std::string without_json_blanks(std::string text) {
  return replace_all(replace_all(std::move(text), ": ", ":"), ", ", ",");
}

bool has_marker(Health const& health, std::string_view body, bool is_json) {
  if (!health.body) return true;
  if (body.find(*health.body) != std::string_view::npos) return true;
  return is_json &&
         without_json_blanks(std::string(body)).find(without_json_blanks(*health.body)) !=
             std::string::npos;
}

bool any_of(std::vector<std::string> const& texts, auto holds) {
  return texts.empty() || std::any_of(texts.begin(), texts.end(), holds);
}

bool matches(Signature const& signature, Sight const& sight) {
  if (sight.status == 0)
    return !signature.errors.empty() && any_of(signature.errors, [&](auto const& code) {
      return code == "*" || code == sight.error;
    });
  bool const status = signature.any_status ||
                      (signature.expected_status && sight.status == sight.expected) ||
                      std::find(signature.statuses.begin(), signature.statuses.end(),
                                sight.status) != signature.statuses.end();
  if (!status || (signature.marker && *signature.marker != sight.marker)) return false;
  if (signature.commit && *signature.commit != sight.commit) return false;
  if (!any_of(signature.body, [&](auto const& text) { return has_words(sight.body, text); }))
    return false;
  if (!any_of(signature.location,
              [&](auto const& text) { return sight.location.find(text) != std::string::npos; }))
    return false;
  if (signature.header.empty()) return true;
  auto const header = sight.headers->find(signature.header);
  if (!header) return false;
  std::string const value = lower(*header);
  return any_of(signature.header_values, [&](auto const& text) {
    return text == "*" || value.find(text) != std::string::npos;
  });
}

// Without its query, which at a login carries the state of the session.
std::string shown(std::string_view text) {
  return printable(text.substr(0, std::min(text.find('?'), shown_max)));
}

std::string detail_of(Signature const& signature, Health const& health, Sight const& sight,
                      std::string_view error) {
  std::string text = replace_all(signature.detail, "{status}", std::to_string(sight.status));
  text = replace_all(std::move(text), "{expected}", std::to_string(sight.expected));
  text = replace_all(std::move(text), "{marker}", "'" + health.body.value_or("") + "'");
  text = replace_all(std::move(text), "{location}", shown(sight.location));
  return replace_all(std::move(text), "{error}", printable(error));
}

std::optional<std::string> commit_of(Health const& health, Result<Json> const& json) {
  if (!health.commit || !json) return std::nullopt;
  Json const* found = json->find(*health.commit);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  std::string const commit = printable(trim(found->as_string()).substr(0, shown_max));
  return commit.empty() ? std::nullopt : std::optional(lower(commit));
}

}  // namespace

Classified classify(Health const& health, Result<Response> const& response) {
  Sight sight{.expected = health.status};
  Result<Json> json = Json();
  if (response) {
    std::string const body = response->body.substr(0, looked_at_max);
    json = Json::parse(body);
    sight.status = response->status;
    sight.marker = has_marker(health, body, json.has_value());
    sight.commit = !health.commit || commit_of(health, json);
    sight.body = lower(body);
    sight.location = lower(response->headers.value_or("location", ""));
    sight.headers = &response->headers;
  } else {
    sight.error = response.error().code;
  }
  auto const found =
      std::find_if(signatures().begin(), signatures().end(),
                   [&](Signature const& signature) { return matches(signature, sight); });
  require(found != signatures().end(), "signatures/*.yaml end with entries that match everything");
  return {found->class_name, found->verdict,
          detail_of(*found, health, sight, response ? "" : response.error().text),
          commit_of(health, json)};
}

void probe(World world, Health const& health, std::string const& base_url,
           std::move_only_function<void(Classified, Result<Response>)> done) {
  std::string base = base_url;
  while (base.ends_with('/')) base.pop_back();
  Request request{.url = base + health.path};
  request.headers.set("User-Agent", "landfall/" LANDFALL_VERSION " (health probe)");
  request.headers.set("Accept", "*/*");
  request.headers.set("Cache-Control", "no-cache");
  request.body_max = body_max;
  request.reuse = Reuse::never;
  world.http.send(std::move(request),
                  [health, done = std::move(done)](Result<Response> response) mutable {
                    Classified classified = classify(health, response);
                    done(std::move(classified), std::move(response));
                  });
}

}  // namespace landfall
