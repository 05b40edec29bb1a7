#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "audit/site.h"
#include "base/text.h"
#include "workflow/expression.h"

namespace landfall::audit_rules {
namespace {

/// An expression in a script that is one secret and nothing else.
struct SecretUse {
  std::string name;
  std::size_t begin = 0;  ///< in the script, braces included
  std::size_t end = 0;
};

bool is_variable_name(std::string_view name) {
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}

/// What quotes a byte of a script stands in.
enum class Quotes { none, single, dual, comment };

Quotes quotes_at(std::string_view script, std::size_t at) {
  Quotes now = Quotes::none;
  for (std::size_t i = 0; i < at; ++i) {
    char const c = script[i];
    if (now == Quotes::comment) {
      if (c == '\n') now = Quotes::none;
    } else if (now == Quotes::single) {
      if (c == '\'') now = Quotes::none;
    } else if (c == '\\') {
      ++i;
    } else if (c == '"') {
      now = now == Quotes::dual ? Quotes::none : Quotes::dual;
    } else if (now == Quotes::none && c == '\'') {
      now = Quotes::single;
    } else if (now == Quotes::none && c == '#' &&
               (i == 0 || script[i - 1] == ' ' || script[i - 1] == '\n')) {
      now = Quotes::comment;
    }
  }
  return now;
}

std::vector<SecretUse> secret_uses(std::string_view script) {
  constexpr std::string_view context = "secrets.";
  std::vector<SecretUse> uses;
  TemplatePieces pieces(script);
  for (TemplatePiece piece; pieces.next(piece);) {
    if (piece.kind != TemplatePiece::Kind::expression) continue;
    std::string_view const inner = trim(piece.inner);
    if (lower(inner.substr(0, context.size())) != context) continue;
    std::string_view const name = inner.substr(context.size());
    if (is_variable_name(name) && quotes_at(script, piece.begin) != Quotes::comment)
      uses.push_back({std::string(name), piece.begin, piece.begin + piece.text.size()});
  }
  return uses;
}

std::string reference(std::string const& name, Quotes quotes) {
  if (quotes == Quotes::dual) return "${" + name + "}";
  if (quotes == Quotes::single) return "'\"$" + name + "\"'";
  return "\"$" + name + "\"";
}

/// Names that programs read: with a secret in one of them, others than the script change too.
bool is_meaningful(std::string_view name) {
  static constexpr std::array<std::string_view, 13> names{
      "DOCKER_CONFIG", "DOCKER_HOST", "GOOGLE_APPLICATION_CREDENTIALS",
      "HOME",          "HOST",        "HOSTNAME",
      "KUBECONFIG",    "LANG",        "PATH",
      "PWD",           "SHELL",       "SSH_AUTH_SOCK",
      "USER"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The variables that a step must have for its secrets, nullopt where one of the names is taken.
std::optional<std::vector<std::string>> new_variables(Hop const& hop, Step const& step,
                                                      std::vector<SecretUse> const& uses) {
  std::vector<std::string> lines;
  for (SecretUse const& use : uses) {
    std::string const value = fmt::format("${{{{ secrets.{} }}}}", use.name);
    yaml::Node const* own = step.env == nullptr ? nullptr : step.env->find(use.name);
    if (own != nullptr && own->text != value) return std::nullopt;
    // The script may mean another variable of that name, or make one.
    if (is_meaningful(use.name) || step.script().find(use.name + "=") != std::string_view::npos)
      return std::nullopt;
    bool const is_read = step.script().find("$" + use.name) != std::string_view::npos ||
                         step.script().find("${" + use.name) != std::string_view::npos;
    for (yaml::Node const* env : {hop.job->env, hop.workflow->env})
      if (own == nullptr && is_read && env != nullptr && env->find(use.name) != nullptr)
        return std::nullopt;
    std::string line = fmt::format("{}: {}", use.name, value);
    if (own == nullptr && std::find(lines.begin(), lines.end(), line) == lines.end())
      lines.push_back(std::move(line));
  }
  return lines;
}

/// Is it a shell in which `"$NAME"` is the variable, with no here-document to be careful about?
bool is_plain_shell(Step const& step, Hop const& hop) {
  auto const defaults_name_shell = [](yaml::Node const* defaults) {
    return defaults != nullptr && defaults->at("run.shell") != nullptr;
  };
  bool const own = step.shell != nullptr || defaults_name_shell(hop.job->defaults) ||
                   defaults_name_shell(hop.workflow->defaults);
  std::string_view const shell = step.shell == nullptr ? "" : step.shell->text;
  bool const is_bash = !own || shell == "bash" || shell == "sh";
  std::vector<RunnerLabel> const labels = runner_labels(*hop.job);
  bool const windows = std::any_of(labels.begin(), labels.end(), [](RunnerLabel const& label) {
    return label.name.starts_with("windows");
  });
  return is_bash && !windows && step.script().find("<<") == std::string_view::npos;
}

void mend(AuditedFile const& file, Hop const& hop, Step const& step,
          std::vector<SecretUse> const& uses, AuditFinding& finding) {
  if (!is_plain_shell(step, hop)) return;
  auto const lines = new_variables(hop, step, uses);
  if (!lines) return;
  finding.fix_title = "hand it over in env";
  if (!file.fixes) return;
  std::vector<ScalarChange> changes;
  changes.reserve(uses.size());
  for (SecretUse const& use : uses)
    changes.push_back(
        {use.begin, use.end, reference(use.name, quotes_at(step.script(), use.begin))});
  FixEdits edits;
  edits.add(file.path, replace_in_scalar(*file.document, *step.run, changes));
  if (step.env != nullptr && !lines->empty()) {
    edits.add(file.path, insert_pairs(*file.document, *step.env, step.env->pairs.size(), *lines));
  } else if (!lines->empty()) {
    std::vector<std::string> block{"env:"};
    block.reserve(lines->size() + 1);
    for (std::string const& line : *lines) block.push_back("  " + line);
    std::span<yaml::Pair const> const pairs = step.node->pairs;
    auto const run = std::find_if(pairs.begin(), pairs.end(),
                                  [](yaml::Pair const& pair) { return pair.key.text == "run"; });
    edits.add(file.path, insert_pairs(*file.document, *step.node,
                                      static_cast<std::size_t>(run - pairs.begin()), block));
  }
  edits.into(finding);
}

}  // namespace

void secret_in_script_text(AuditedFile const& file, Findings& findings) {
  for (DeploySite const& site : deploy_sites(file)) {
    if (site.hop().workflow != file.workflow) continue;
    for (Step const& step : site.job().steps) {
      if (step.run == nullptr || !has_expression(step.script())) continue;
      std::vector<SecretUse> const uses = secret_uses(step.script());
      if (uses.empty()) continue;
      std::size_t const ends[]{uses.front().begin, uses.front().end};
      std::vector<yaml::Mark> const marks = marks_in(*step.run, file.document->text(), ends);
      AuditFinding finding{.rule = "secret-in-script-text",
                           .place = {file.path, marks[0], marks[1]},
                           .message = fmt::format("secret {} becomes part of the script's text "
                                                  "before the shell reads it: one `$`, quote "
                                                  "or blank in it changes what this deploy runs",
                                                  uses.front().name)};
      mend(file, site.hop(), step, uses, finding);
      findings.add(std::move(finding));
    }
  }
}

}  // namespace landfall::audit_rules
