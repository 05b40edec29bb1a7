// Domains of apps, and their TLS endpoints, of which there are none.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_events.h"
#include "sandbox/heroku_json.h"

namespace landfall::sandbox {
namespace {

std::size_t const domains_max = 1000;
Duration const takes = 1s;

Domain own_domain(App const& app) {
  return {named_id(app.id + app.host), app.host + ".localhost", app.created_at};
}

/// "serene-mesa-0123456789abcdef01234567.herokudns.com": the same for a host name for ever.
std::string cname(Domain const& domain) {
  std::string const hash = sha1(domain.hostname);
  Random words(std::stoull(hash.substr(0, 15), nullptr, 16));
  std::string const name = made_up_name(words);
  return fmt::format("{}{}.herokudns.com", name.substr(0, name.rfind('-') + 1), hash.substr(0, 24));
}

bool is_label(std::string_view label) {
  bool const known = std::all_of(label.begin(), label.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  return known && !label.empty() && label.size() <= 63 && label[0] != '-' && label.back() != '-';
}

bool is_hostname(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  std::vector<std::string> const labels = split(name, '.');
  return name.size() <= 253 && labels.size() >= 2 &&
         std::all_of(labels.begin(), labels.end(), is_label);
}

std::optional<Response> refuse_hostname(State const& state, App const& app,
                                        std::string const& name) {
  if (!is_hostname(name)) {
    return invalid_params(fmt::format("{} is not a valid hostname.", printable(name)));
  }
  for (char const* ours : {".herokuapp.com", ".heroku.com", ".herokudns.com", ".localhost"}) {
    if (name.ends_with(ours)) return invalid_params(fmt::format("{} is Heroku's own.", name));
  }
  for (auto const& [other_name, other] : state.heroku.apps) {
    for (Domain const& domain : other.domains) {
      if (domain.hostname != name) continue;
      if (other.id == app.id) return invalid_params("Domain already added to this app.");
      return invalid_params(fmt::format("{} is currently in use by another app.", name));
    }
  }
  return std::nullopt;
}

Domain* find_domain(App& app, std::string const& name_or_id) {
  auto const found =
      std::find_if(app.domains.begin(), app.domains.end(), [&](Domain const& domain) {
        return domain.hostname == lower(name_or_id) || domain.id == name_or_id;
      });
  return found == app.domains.end() ? nullptr : &*found;
}

void tell_domain(Call& call, std::string_view action, Json const& json) {
  tell_webhooks(call.state, *call.app, {"api:domain", action, call.user->login}, json,
                Json::object(), call.now);
}

Response list_domains(Call& call) {
  Json::Array items{domain_json(*call.app, own_domain(*call.app), call.now)};
  for (Domain const& domain : call.app->domains) {
    items.push_back(domain_json(*call.app, domain, call.now));
  }
  return ranged_list(call, std::move(items), "hostname");
}

Response create_domain(Call& call) {
  auto const hostname = call.body.text("hostname");
  if (!hostname) return invalid_params("hostname: expected a string.");
  std::string const name = lower(*hostname);
  auto const endpoint = call.body.text_or_null("sni_endpoint");
  if (!endpoint) return invalid_params("sni_endpoint: expected a string or null.");
  if (*endpoint) return heroku_not_found("sni endpoint");
  App& app = *call.app;
  if (auto refusal = refuse_hostname(call.state, app, name)) return *std::move(refusal);
  if (app.domains.size() >= domains_max) {
    return invalid_params("An app can have 1000 domains at most.");
  }
  Domain const& made = app.domains.emplace_back(Domain{call.state.random.uuid(), name, call.now});
  Json const json = domain_json(app, made, call.now);
  log_api(call.state, app, fmt::format("Add {} domain", name), call.user->login, call.now);
  tell_domain(call, "create", json);
  return json_response(201, json);
}

Response show_domain(Call& call) {
  Domain const own = own_domain(*call.app);
  bool const is_own = call.words[0] == own.hostname || call.words[0] == own.id;
  Domain const* const domain = is_own ? &own : find_domain(*call.app, call.words[0]);
  if (domain == nullptr) return heroku_not_found("domain");
  return json_response(200, domain_json(*call.app, *domain, call.now));
}

/// Only the endpoint can be changed, and there is none but null.
Response update_domain(Call& call) {
  Domain const* const domain = find_domain(*call.app, call.words[0]);
  if (domain == nullptr) return heroku_not_found("domain");
  auto const endpoint = call.body.text_or_null("sni_endpoint");
  if (!endpoint) return invalid_params("sni_endpoint: expected a string or null.");
  if (*endpoint) return heroku_not_found("sni endpoint");
  return json_response(200, domain_json(*call.app, *domain, call.now));
}

Response delete_domain(Call& call) {
  App& app = *call.app;
  Domain const own = own_domain(app);
  if (call.words[0] == own.hostname || call.words[0] == own.id) {
    return invalid_params("An app's own domain cannot be removed.");
  }
  Domain const* const domain = find_domain(app, call.words[0]);
  if (domain == nullptr) return heroku_not_found("domain");
  Json const json = domain_json(app, *domain, call.now);
  log_api(call.state, app, fmt::format("Remove {} domain", domain->hostname), call.user->login,
          call.now);
  std::erase_if(app.domains, [&](Domain const& one) { return &one == domain; });
  tell_domain(call, "destroy", json);
  return json_response(200, json);
}

Response list_sni_endpoints(Call& call) {
  return ranged_list(call, {}, "name");
}

Route const routes[] = {
    {"GET", "/apps/{app}/domains", list_domains},
    {"POST", "/apps/{app}/domains", create_domain},
    {"GET", "/apps/{app}/domains/{}", show_domain},
    {"PATCH", "/apps/{app}/domains/{}", update_domain},
    {"DELETE", "/apps/{app}/domains/{}", delete_domain},
    {"GET", "/apps/{app}/sni-endpoints", list_sni_endpoints},
};

}  // namespace

Json domain_json(App const& app, Domain const& domain, Instant now) {
  bool const own = domain.id == named_id(app.id + app.host);
  bool const ready = now - domain.created_at >= takes;
  return Json::object({
      {"acm_status", nullptr},
      {"acm_status_reason", nullptr},
      {"app", app_reference(app)},
      {"cname", own ? Json() : Json(cname(domain))},
      {"created_at", iso8601(domain.created_at)},
      {"hostname", domain.hostname},
      {"id", domain.id},
      {"kind", own ? "heroku" : "custom"},
      {"sni_endpoint", nullptr},
      {"status", own     ? "none"
                 : ready ? "succeeded"
                         : "pending"},
      {"updated_at", iso8601(ready && !own ? domain.created_at + takes : domain.created_at)},
  });
}

std::span<Route const> domain_routes() {
  return routes;
}

}  // namespace landfall::sandbox
