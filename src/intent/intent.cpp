#include "intent/intent.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "intent/alert_reader.h"
#include "intent/section.h"
#include "intent/target_reader.h"

namespace landfall {
namespace {

/// No value that has the form of a secret may stand anywhere, and no error repeats one.
void refuse_secrets(yaml::Node const& node, Problems& problems) {
  if (node.is_scalar() && contains_a_secret(node.text))
    problems.add(node.begin,
                 "this looks like a secret: secrets come from the environment, never from "
                 "this file; revoke it if it was committed");
  for (yaml::Node const& item : node.items) refuse_secrets(item, problems);
  for (yaml::Pair const& pair : node.pairs) {
    refuse_secrets(pair.key, problems);
    refuse_secrets(pair.value, problems);
  }
}

class IntentReader {
 public:
  IntentReader(yaml::Node const& root, Problems& problems)
      : root_(root, "the file", problems,
              {"organisation", "repository", "services", "freezes", "alerts"}),
        problems_(problems) {}

  Intent read() {
    Intent intent;
    if (auto organisation = root_.text("organisation")) intent.organisation = *organisation;
    need(root_, {}, "organisation", "the name of yours");
    if (auto repository = root_.text("repository", repository_rule)) repository_ = *repository;
    need(root_, {}, "services", "the services to watch");
    if (auto const services = root_.section("services", {})) read_services(*services);
    for (TargetDraft& draft : drafts_) intent.targets.push_back(draft.target);
    check_apps();
    check_dependents();
    intent.freezes = read_freezes();
    if (auto const alerts = root_.section("alerts", alert_keys()))
      read_alerts(*alerts, intent.alerts, problems_);
    return intent;
  }

 private:
  void need(Section const& section, yaml::Mark mark, std::string_view key, std::string_view what) {
    if (!section.node().is_mapping() || section.find(key) != nullptr) return;
    problems_.add_missing(section.node(), mark,
                          fmt::format("{} has no '{}': expected {}", section.where(), key, what));
  }

  /// Is the key a good name, and not the name of another but for the case of letters.
  bool check_label(yaml::Node const& parent, yaml::Node const& key, std::string_view what) {
    if (std::string const expected = label_rule(key.text); !expected.empty()) {
      problems_.add(key.begin, fmt::format("{} {}: expected {}", what, quoted(key.text), expected));
      return false;
    }
    for (yaml::Pair const& other : parent.pairs) {
      if (&other.key == &key) return true;
      if (lower(other.key.text) != lower(key.text)) continue;
      problems_.add(key.begin, fmt::format("{} '{}': line {} has it as '{}' already", what,
                                           key.text, other.key.begin.line, other.key.text));
      return false;
    }
    return true;
  }

  void read_services(Section const& services) {
    yaml::Node const& node = services.node();
    if (node.is_mapping() && node.pairs.empty())
      problems_.add(node.begin, "services of the file: expected at least one service");
    for (yaml::Pair const& pair : node.pairs)
      if (check_label(node, pair.key, "service")) read_service(pair.key, pair.value);
  }

  void read_service(yaml::Node const& name, yaml::Node const& node) {
    // A key of an environment deserves more than "unknown" where it stands too high.
    std::vector<std::string> known = service_keys();
    for (std::string_view const key : {"app", "origin", "edge"}) {
      yaml::Node const* value = node.find(key);
      if (value == nullptr) continue;
      known.emplace_back(key);
      problems_.add(key_mark(node, key),
                    fmt::format("key '{}' in service '{}': expected in each of its environments",
                                key, name.text));
    }
    Section const section(node, fmt::format("service '{}'", name.text), problems_, known);
    TargetDraft draft;
    draft.target.service = name.text;
    draft.target.repository = repository_;
    read_target(section, draft);
    need(section, name.begin, "environments", "at least one");
    auto const environments = section.section("environments", {});
    if (!environments) return;
    yaml::Node const& list = environments->node();
    if (list.is_mapping() && list.pairs.empty())
      problems_.add(list.begin, fmt::format("{}: expected at least one", environments->where()));
    for (yaml::Pair const& pair : list.pairs)
      if (check_label(list, pair.key, "environment")) read_environment(pair, draft);
  }

  static yaml::Mark key_mark(yaml::Node const& node, std::string_view key) {
    for (yaml::Pair const& pair : node.pairs)
      if (pair.key.text == key) return pair.key.begin;
    return node.begin;
  }

  void read_environment(yaml::Pair const& pair, TargetDraft draft) {
    Section const section(pair.value, fmt::format("environment '{}'", pair.key.text), problems_,
                          environment_keys());
    Target& target = draft.target;
    target.environment = pair.key.text;
    target.name = fmt::format("{}/{}", target.service, target.environment);
    target.mark = pair.key.begin;
    if (auto app = section.text("app", app_rule)) target.app = std::move(*app);
    draft.app = section.find("app");
    read_target(section, draft);
    if (target.gate && target.gate->name.empty()) target.gate->name = target.environment;
    judge_target(section, pair.key.begin, draft, problems_);
    drafts_.push_back(std::move(draft));
  }

  void check_apps() {
    std::map<std::string, TargetDraft const*> seen;
    for (TargetDraft const& draft : drafts_) {
      if (draft.target.app.empty()) continue;
      auto const [other, is_new] = seen.emplace(draft.target.app, &draft);
      if (is_new) continue;
      problems_.add(draft.app->begin,
                    fmt::format("app in environment '{}': '{}' is the app of '{}' already (line "
                                "{}): expected an app of its own",
                                draft.target.environment, draft.target.app,
                                other->second->target.name, other->second->app->begin.line));
    }
  }

  /// A dependent that is written like a target must be one.
  void check_dependents() {
    std::vector<std::string> names;
    names.reserve(drafts_.size());
    for (TargetDraft const& draft : drafts_) names.push_back(draft.target.name);
    for (TargetDraft const& draft : drafts_) {
      if (draft.dependents == nullptr) continue;
      for (yaml::Node const& item : draft.dependents->items) check_dependent(draft, item, names);
    }
  }

  void check_dependent(TargetDraft const& draft, yaml::Node const& item,
                       std::vector<std::string> const& names) {
    std::vector<std::string> const parts = split(item.text, '/');
    bool const like_a_target = parts.size() == 2 && label_rule(parts[0]).empty() &&
                               label_rule(parts[1]).empty() &&
                               item.text.find('.') == std::string::npos;
    if (!like_a_target || std::find(names.begin(), names.end(), item.text) != names.end()) return;
    std::string text = fmt::format("dependents in environment '{}': there is no target {}",
                                   draft.target.environment, quoted(item.text));
    std::string const near = nearest(item.text, names);
    if (!near.empty()) text += fmt::format(": did you mean '{}'?", near);
    problems_.add(item.begin, std::move(text));
  }

  std::vector<Freeze> read_freezes() {
    std::vector<Freeze> freezes;
    yaml::Node const* node = root_.find("freezes");
    if (node == nullptr) return freezes;
    if (!node->is_sequence())
      root_.problem(*node, "freezes",
                    fmt::format("expected a sequence, found {}", node->kind_name()));
    for (yaml::Node const& item : node->items) {
      Section const section(item, fmt::format("freeze {}", freezes.size() + 1), problems_,
                            {"from", "until", "reason"});
      need(section, item.begin, "from", "a time like 2026-12-20T00:00Z");
      need(section, item.begin, "until", "a time like 2027-01-04T00:00Z");
      need(section, item.begin, "reason", "why nothing may be deployed");
      auto const from = section.instant("from");
      auto const until = section.instant("until");
      if (from && until && *until <= *from)
        section.problem(*section.find("until"), "until",
                        fmt::format("expected a time after {}", iso8601(*from)));
      freezes.push_back({from.value_or(Instant{}), until.value_or(Instant{}),
                         section.text("reason").value_or("")});
    }
    return freezes;
  }

  Section root_;
  Problems& problems_;
  std::string repository_;
  std::vector<TargetDraft> drafts_;
};

}  // namespace

Target const* Intent::target(std::string_view name) const {
  for (Target const& target : targets)
    if (target.name == name) return &target;
  return nullptr;
}

Receiver const* AlertIntent::receiver(std::string_view name) const {
  for (Receiver const& receiver : receivers)
    if (receiver.name == name) return &receiver;
  return nullptr;
}

Result<Intent> parse_intent(std::string_view text, std::string_view file) {
  // A file for people: what is larger was not written as one.
  auto document = yaml::parse(text, file, {.bytes = 1 << 20, .nodes = 100'000});
  if (!document) return fail(ErrorKind::config, std::move(document).error().text);
  Problems problems;
  refuse_secrets(document->root(), problems);
  Intent intent = IntentReader(document->root(), problems).read();
  intent.file = file;
  if (auto error = problems.first(file)) return std::unexpected(std::move(*error));
  return intent;
}

}  // namespace landfall
