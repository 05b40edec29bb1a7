#include "intent/alert_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace landfall {
namespace {

/// A kind of receiver: the one thing that it cannot do without, and what else it takes.
struct Kind {
  std::string_view name;
  std::vector<std::vector<std::string_view>> needs;  ///< of each list one
  std::vector<std::string_view> takes;
};

std::vector<Kind> const& kinds() {
  static std::vector<Kind> const all{
      {"webhook", {{"url", "url_variable"}}, {"key_variable"}},
      {"email", {{"server"}, {"from"}, {"to"}}, {"tls", "user", "password_variable"}},
      {"slack", {{"url_variable", "url"}}, {}},
      {"pagerduty", {{"key_variable"}}, {"url"}},
      {"opsgenie", {{"key_variable"}}, {"url"}},
      {"alertmanager", {{"url"}}, {}},
      {"github-issue", {{"repository"}}, {}},
      {"sentry", {{"url_variable"}}, {}},
      {"sentry-cron", {{"url_variable", "url"}}, {}},
      {"command", {{"command"}}, {}},
  };
  return all;
}

std::string kind_rule(std::string_view text) {
  std::vector<std::string> names;
  for (Kind const& kind : kinds()) {
    if (kind.name == text) return "";
    names.emplace_back(kind.name);
  }
  return "one of " + join(names, ", ");
}

std::string variable_rule(std::string_view text) {
  bool const fine =
      !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      });
  return fine ? "" : "the name of an environment variable, such as SLACK_WEBHOOK_URL";
}

std::string severity_rule(std::string_view text) {
  bool const fine = text == "SEV-1" || text == "SEV-2" || text == "SEV-3" || text == "SEV-4";
  return fine ? "" : "SEV-1, SEV-2, SEV-3 or SEV-4";
}

std::string tls_rule(std::string_view text) {
  bool const fine = text == "starttls" || text == "implicit" || text == "none";
  return fine ? "" : "starttls, implicit or none";
}

class AlertReader {
 public:
  AlertReader(AlertIntent& alerts, Problems& problems) : alerts_(alerts), problems_(problems) {}

  void read(Section const& section) {
    if (auto const wait = section.duration("resolve_after", 24h)) alerts_.resolve_after = *wait;
    if (auto url = section.text("heartbeat", url_rule)) alerts_.heartbeat = std::move(url);
    read_ages(section);
    if (auto const receivers = section.section("receivers", {})) {
      for (yaml::Pair const& pair : receivers->node().pairs) {
        std::string const expected = label_rule(pair.key.text);
        if (expected.empty())
          read_receiver(pair);
        else
          problems_.add(pair.key.begin,
                        fmt::format("receiver {}: expected {}", quoted(pair.key.text), expected));
      }
    }
    read_routes(section);
  }

 private:
  void read_ages(Section const& section) {
    yaml::Node const* list = section.find("escalate_after");
    if (list == nullptr) return;
    if (!list->is_sequence())
      return section.problem(*list, "escalate_after",
                             fmt::format("expected a sequence, found {}", list->kind_name()));
    alerts_.escalate_after.clear();
    Duration last{0};
    for (yaml::Node const& item : list->items) {
      Result<Duration> const age = item.is_scalar() && item.text.size() <= 32
                                       ? parse_duration(item.text)
                                       : fail(ErrorKind::config, "expected a duration like 1h");
      if (!age)
        section.problem(item, "escalate_after", age.error().text);
      else if (*age <= last)
        section.problem(item, "escalate_after", "expected an age greater than the one before");
      else
        alerts_.escalate_after.push_back(last = *age);
    }
  }

  void read_receiver(yaml::Pair const& pair) {
    std::string const where = fmt::format("receiver '{}'", pair.key.text);
    yaml::Node const* kind_node = pair.value.find("kind");
    std::vector<std::string> known{"kind"};
    Kind const* kind = nullptr;
    for (Kind const& one : kinds())
      if (kind_node != nullptr && kind_node->text == one.name) kind = &one;
    for (Kind const& one : kinds()) {
      if (kind != nullptr && kind != &one) continue;
      for (auto const& need : one.needs) known.insert(known.end(), need.begin(), need.end());
      known.insert(known.end(), one.takes.begin(), one.takes.end());
    }
    Section const section(pair.value, where, problems_, known);
    Receiver receiver{.name = std::string(pair.key.text), .mark = pair.key.begin};
    receiver.kind = section.text("kind", kind_rule).value_or("");
    if (kind_node == nullptr && pair.value.is_mapping())
      problems_.add_missing(pair.value, pair.key.begin,
                            fmt::format("{} has no 'kind': expected {}", where, kind_rule("")));
    receiver.url = section.text("url", url_rule).value_or("");
    receiver.url_variable = section.text("url_variable", variable_rule).value_or("");
    receiver.key_variable = section.text("key_variable", variable_rule).value_or("");
    receiver.repository = section.text("repository", repository_rule).value_or("");
    receiver.command = section.texts("command", any_text_rule).value_or(std::vector<std::string>{});
    if (receiver.kind == "email") read_mail(section, receiver);
    if (kind != nullptr) check_needs(section, pair, *kind);
    alerts_.receivers.push_back(std::move(receiver));
  }

  void read_mail(Section const& section, Receiver& receiver) {
    MailIntent& mail = receiver.mail;
    std::string const server = section.text("server", mail_server_rule).value_or("");
    std::size_t const colon = server.find(':');
    mail.host = server.substr(0, colon);
    if (colon != std::string::npos)
      mail.port = static_cast<int>(parse_integer(server.substr(colon + 1)).value_or(0));
    mail.tls = section.text("tls", tls_rule).value_or("starttls");
    mail.user = section.text("user").value_or("");
    mail.from = section.text("from", mail_address_rule).value_or("");
    mail.to = section.text("to", mail_address_rule).value_or("");
    receiver.key_variable = section.text("password_variable", variable_rule).value_or("");
    yaml::Node const* const user = section.find("user");
    if (user == nullptr) return;
    if (mail.tls == "none")
      section.problem(*user, "user", "a password is sent over TLS only, and 'tls' is none");
    else if (receiver.key_variable.empty())
      section.problem(*user, "user", "expected a 'password_variable' beside it");
  }

  void check_needs(Section const& section, yaml::Pair const& pair, Kind const& kind) {
    for (auto const& need : kind.needs) {
      bool const there = std::any_of(need.begin(), need.end(), [&](std::string_view key) {
        return section.find(key) != nullptr;
      });
      if (there) continue;
      std::vector<std::string> const words(need.begin(), need.end());
      problems_.add_missing(pair.value, pair.key.begin,
                            fmt::format("{} has no '{}': a receiver of kind {} needs it",
                                        section.where(), join(words, "' or '"), kind.name));
    }
  }

  void read_routes(Section const& section) {
    yaml::Node const* list = section.find("routes");
    if (list == nullptr) return;
    if (!list->is_sequence())
      return section.problem(*list, "routes",
                             fmt::format("expected a sequence, found {}", list->kind_name()));
    for (yaml::Node const& item : list->items) {
      Section const route(item, fmt::format("route {}", alerts_.routes.size() + 1), problems_,
                          {"severity", "service", "environment", "owner", "to", "escalate"});
      auto const list_of = [&](std::string_view key, TextRule rule) {
        return route.texts(key, rule).value_or(std::vector<std::string>{});
      };
      if (item.is_mapping() && route.find("to") == nullptr)
        problems_.add_missing(item, item.begin,
                              route.where() + " has no 'to': expected names of receivers");
      alerts_.routes.push_back({list_of("severity", severity_rule), list_of("service", label_rule),
                                list_of("environment", label_rule), list_of("owner", any_text_rule),
                                list_of("to", label_rule), list_of("escalate", label_rule)});
      for (char const* key : {"to", "escalate"}) check_names(route, key);
    }
  }

  void check_names(Section const& route, std::string_view key) {
    yaml::Node const* list = route.find(key);
    if (list == nullptr) return;
    std::vector<std::string> names;
    for (Receiver const& receiver : alerts_.receivers) names.push_back(receiver.name);
    for (yaml::Node const& item : list->items) {
      if (!item.is_scalar() || alerts_.receiver(item.text) != nullptr) continue;
      route.problem(item, key,
                    fmt::format("there is no receiver {}{}", quoted(item.text),
                                did_you_mean(item.text, names)));
    }
  }

  AlertIntent& alerts_;
  Problems& problems_;
};

}  // namespace

std::vector<std::string> alert_keys() {
  return {"resolve_after", "escalate_after", "heartbeat", "receivers", "routes"};
}

void read_alerts(Section const& section, AlertIntent& alerts, Problems& problems) {
  AlertReader(alerts, problems).read(section);
}

}  // namespace landfall
