#include "workflow/makefile.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "workflow/expression.h"
#include "workflow/shell_scan.h"
#include "workflow/shell_state.h"

namespace landfall {
namespace {

constexpr std::size_t file_bytes_max = 256 << 10;
constexpr std::size_t files_max = 8;
constexpr std::size_t value_bytes_max = 16 << 10;

bool is_variable_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return is_name_char(c) || c == '-' || c == '.';
  });
}

/// Past `$(...)` or `${...}` that opens at the `$`, parentheses within it counted.
std::size_t reference_end(std::string_view text, std::size_t dollar) {
  char const open = text[dollar + 1];
  char const close = open == '(' ? ')' : '}';
  int depth = 0;
  for (std::size_t i = dollar + 1; i < text.size(); ++i) {
    if (text[i] == open) ++depth;
    if (text[i] == close && --depth == 0) return i + 1;
  }
  return text.size();
}

bool opens_reference(std::string_view text, std::size_t at) {
  return text[at] == '$' && at + 1 < text.size() && (text[at + 1] == '(' || text[at + 1] == '{');
}

/// The first `:` or `=` outside of references.
std::size_t separator(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (opens_reference(line, i))
      i = reference_end(line, i) - 1;
    else if (line[i] == ':' || line[i] == '=')
      return i;
  }
  return std::string_view::npos;
}

struct ReadAssignment {
  std::string_view name;
  std::string_view text;
  char how = '=';
};

/// `NAME = text`, `:=`, `::=`, `?=`, `+=`, `!=`.
std::optional<ReadAssignment> assignment_of(std::string_view line) {
  for (std::string_view const word : {"export ", "override ", "private "})
    if (line.starts_with(word)) line = trim(line.substr(word.size()));
  std::size_t const at = separator(line);
  if (at == std::string_view::npos) return std::nullopt;
  std::size_t equals = at;
  while (equals < line.size() && line[equals] == ':') ++equals;
  if (equals >= line.size() || line[equals] != '=') return std::nullopt;
  ReadAssignment found{.name = trim(line.substr(0, at)), .text = trim(line.substr(equals + 1))};
  char const before = found.name.empty() ? '\0' : found.name.back();
  if (before == '?' || before == '+' || before == '!') {
    found.how = before;
    found.name = trim(found.name.substr(0, found.name.size() - 1));
  }
  if (!is_variable_name(found.name)) return std::nullopt;
  return found;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::string& word : split(replace_all(std::string(trim(text)), "\t", " "), ' ')) {
    std::string_view const plain = trim(word);
    if (!plain.empty()) words.emplace_back(plain);
  }
  return words;
}

std::string_view without_comment(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i)
    if (line[i] == '#' && (i == 0 || line[i - 1] != '\\')) return line.substr(0, i);
  return line;
}

/// What `%` stands for where a pattern is a target's: "prod" of `deploy-%` and `deploy-prod`.
std::optional<std::string_view> stem_of(std::string_view pattern, std::string_view target) {
  std::size_t const percent = pattern.find('%');
  if (percent == std::string_view::npos) return std::nullopt;
  std::string_view const begin = pattern.substr(0, percent);
  std::string_view const end = pattern.substr(percent + 1);
  bool const fits = target.size() > begin.size() + end.size() && target.starts_with(begin) &&
                    target.ends_with(end);
  if (!fits) return std::nullopt;
  return target.substr(begin.size(), target.size() - begin.size() - end.size());
}

}  // namespace

/// One call of make.
class MakeRun {
 public:
  MakeRun(Makefile const& file, MakeVariables const& given, ShellVariables const& outside)
      : file_(file), given_(given), outside_(outside) {}

  std::vector<MakeLine> run(std::string_view target) {
    add(target, 0);
    return std::move(lines_);
  }

 private:
  using Assignment = Makefile::Assignment;
  using Rule = Makefile::Rule;

  /// A target while its recipe is read.
  struct Scene {
    std::string_view target;
    std::string_view stem;
    std::vector<std::string> needs;
  };

  void add(std::string_view target, int depth) {
    constexpr int depth_max = 8;
    constexpr std::size_t targets_max = 64;
    bool const seen = std::find(seen_.begin(), seen_.end(), target) != seen_.end();
    if (seen || depth > depth_max || seen_.size() >= targets_max) return;
    seen_.emplace_back(target);
    Scene scene{.target = target};
    Rule const* recipe = nullptr;
    // What a rule sets for its target, the targets that this one needs see as well.
    std::size_t const inherited = own_.size();
    for (Rule const& rule : file_.rules_) {
      if (std::find(rule.targets.begin(), rule.targets.end(), target) == rule.targets.end())
        continue;
      take(rule, scene);
      if (!rule.recipe.empty()) recipe = &rule;
    }
    if (recipe == nullptr) recipe = pattern_rule(scene);
    for (std::string const& need : scene.needs) {
      std::string const name = expanded(need, scene, 0);
      if (is_known_text(name)) add(name, depth + 1);
    }
    if (recipe != nullptr) add_recipe(*recipe, scene);
    own_.resize(inherited);
  }

  void take(Rule const& rule, Scene& scene) {
    for (Assignment const& variable : rule.variables) own_.push_back(&variable);
    scene.needs.insert(scene.needs.end(), rule.needs.begin(), rule.needs.end());
  }

  Rule const* pattern_rule(Scene& scene) {
    for (Rule const& rule : file_.rules_) {
      for (std::string const& pattern : rule.targets) {
        auto const stem = stem_of(pattern, scene.target);
        if (!stem || rule.recipe.empty()) continue;
        scene.stem = *stem;
        take(rule, scene);
        for (std::string& need : scene.needs) need = replace_all(need, "%", *stem);
        return &rule;
      }
    }
    return nullptr;
  }

  void add_recipe(Rule const& rule, Scene const& scene) {
    constexpr std::size_t lines_max = 200;
    std::optional<MakeLine> line;
    bool continues = false;
    bool ignored = false;
    for (Makefile::Line const& each : rule.recipe) {
      if (lines_.size() >= lines_max) return;
      std::string_view text = trim(each.text);
      if (!continues && !(file_.one_shell_ && line)) {
        keep(std::move(line));
        line = MakeLine{.text = {}, .file = rule.file, .line = each.number};
        ignored = false;
        while (text.starts_with('@') || text.starts_with('-') || text.starts_with('+')) {
          ignored = ignored || text[0] == '-';
          text.remove_prefix(1);
        }
      }
      continues = text.ends_with('\\');
      bool const ends_ignored = ignored && !continues && !text.empty();
      line->text += expanded(text, scene, 0) + (ends_ignored ? " || true" : "") + "\n";
    }
    keep(std::move(line));
  }

  void keep(std::optional<MakeLine> line) {
    if (line && !trim(line->text).empty()) lines_.push_back(std::move(*line));
  }

  static bool is_known_text(std::string_view text) {
    return text.find('$') == std::string_view::npos && is_known(text);
  }

  /// A text with its references replaced; what is not known stands between marks.
  std::string expanded(std::string_view text, Scene const& scene, int depth) {
    std::string made;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '$' || i + 1 == text.size() || made.size() > value_bytes_max) {
        made += text[i];
        continue;
      }
      if (opens_reference(text, i)) {
        std::size_t const end = reference_end(text, i);
        made += reference(text.substr(i, end - i), scene, depth);
        i = end - 1;
        continue;
      }
      ++i;
      made += text[i] == '$' ? std::string("$") : short_reference(text.substr(i - 1, 2), scene);
    }
    return made;
  }

  std::string short_reference(std::string_view raw, Scene const& scene) {
    switch (raw[1]) {
      case '@':
        return std::string(scene.target);
      case '*':
        return scene.stem.empty() ? shell_unknown(raw) : std::string(scene.stem);
      case '<':
        return scene.needs.empty() ? std::string() : scene.needs.front();
      case '^':
        return join(scene.needs, " ");
      default:
        return value(raw.substr(1), scene, 0).value_or(shell_unknown(raw));
    }
  }

  std::string reference(std::string_view raw, Scene const& scene, int depth) {
    std::string_view name = raw.substr(2);
    if (!name.empty()) name.remove_suffix(1);
    if (name.size() == 1 && !is_name_char(name[0]))
      return short_reference("$" + std::string(name), scene);
    if (!is_variable_name(name)) return shell_unknown(raw);
    return value(name, scene, depth).value_or(shell_unknown(raw));
  }

  std::optional<std::string> value(std::string_view name, Scene const& scene, int depth) {
    constexpr int depth_max = 8;
    // Values that hold each other twice and twice again end here.
    if (depth > depth_max || expansions_left_ == 0) return std::nullopt;
    --expansions_left_;
    for (auto given = given_.rbegin(); given != given_.rend(); ++given)
      if (given->name == name) return given->value;
    // What the rules set for their targets, the nearest target's last.
    std::vector<Assignment const*> all;
    for (Assignment const& each : file_.variables_)
      if (each.name == name) all.push_back(&each);
    for (Assignment const* each : own_)
      if (each->name == name) all.push_back(each);
    std::optional<std::string> found = outside_(name);
    bool is_set = found.has_value();
    for (Assignment const* each : all) {
      if (each->how == '?' && is_set) continue;
      is_set = true;
      bool const is_certain = each->how != '!' && !each->perhaps;
      std::optional<std::string> text;
      if (is_certain) text = expanded(each->text, scene, depth + 1);
      if (each->how == '+' && found && text) *text = *found + " " + *text;
      found = std::move(text);
    }
    if (!is_set && name == "MAKE") return "make";
    return found;
  }

  Makefile const& file_;
  MakeVariables const& given_;
  ShellVariables const& outside_;
  std::vector<Assignment const*> own_;
  std::vector<std::string> seen_;
  std::vector<MakeLine> lines_;
  std::size_t expansions_left_ = 2'000;
};

Makefile::Makefile(std::string const& path, std::string directory, ReadFile const& read)
    : directory_(std::move(directory)) {
  read_file(path, read, 0);
}

void Makefile::read_file(std::string const& path, ReadFile const& read, int depth) {
  auto const text = read(path);
  if (!text || text->size() > file_bytes_max || ++files_ > files_max) return;
  std::string logical;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text->size(); ++number) {
    std::size_t const end = std::min(text->find('\n', begin), text->size());
    std::string_view line = text->substr(begin, end - begin);
    begin = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    bool const is_recipe = logical.empty() && line.starts_with('\t');
    bool const continues_recipe = in_rule_ && !rules_.empty() && !rules_.back().recipe.empty() &&
                                  rules_.back().recipe.back().number + 1 == number &&
                                  rules_.back().recipe.back().text.ends_with('\\');
    if (in_rule_ && (is_recipe || continues_recipe)) {
      rules_.back().recipe.push_back({std::string(line), number});
      continue;
    }
    logical += line;
    if (logical.ends_with('\\')) {
      logical.back() = ' ';
      continue;
    }
    line_ = number;
    read_line(logical, path, read, depth);
    logical.clear();
  }
}

void Makefile::read_line(std::string const& whole, std::string const& file, ReadFile const& read,
                         int depth) {
  std::string_view const line = trim(without_comment(whole));
  if (line.empty()) return;
  if (defines_) {
    defines_ = !line.starts_with("endef");
    return;
  }
  if (read_directive(line, file, read, depth)) return;
  if (auto const found = assignment_of(line)) {
    in_rule_ = false;
    variables_.push_back(
        {std::string(found->name), std::string(found->text), found->how, conditions_ > 0});
    return;
  }
  std::size_t const colon = separator(line);
  if (colon != std::string_view::npos && line[colon] == ':')
    read_rule(line.substr(0, colon), line.substr(colon + 1), file);
}

bool Makefile::read_directive(std::string_view line, std::string const& file, ReadFile const& read,
                              int depth) {
  std::string_view const word = line.substr(0, line.find_first_of(" \t("));
  if (word == "ifeq" || word == "ifneq" || word == "ifdef" || word == "ifndef") {
    ++conditions_;
    return true;
  }
  if (word == "endif") conditions_ = std::max(0, conditions_ - 1);
  if (word == "endif" || word == "else") return true;
  if (word == "define") {
    defines_ = true;
    in_rule_ = false;
    return true;
  }
  if (word != "include" && word != "-include" && word != "sinclude") return false;
  in_rule_ = false;
  constexpr int depth_max = 3;
  for (std::string const& name : words_of(line.substr(word.size()))) {
    auto const path = join_path(directory_, name);
    if (path && *path != file && depth < depth_max) read_file(*path, read, depth + 1);
  }
  in_rule_ = false;
  return true;
}

void Makefile::read_rule(std::string_view targets, std::string_view rest, std::string const& file) {
  if (rest.starts_with(':')) rest.remove_prefix(1);
  Rule rule{.targets = words_of(targets), .needs = {}, .recipe = {}, .variables = {}, .file = file};
  in_rule_ = true;
  if (rule.targets == std::vector<std::string>{".ONESHELL"}) one_shell_ = true;
  // What special targets need is a list, and no work.
  bool const is_special = !rule.targets.empty() && rule.targets[0].starts_with('.') &&
                          rule.targets[0].find('/') == std::string::npos;
  if (auto const own = assignment_of(trim(rest)); own && !is_special) {
    rule.variables.push_back(
        {std::string(own->name), std::string(own->text), own->how, conditions_ > 0});
    in_rule_ = false;
    rules_.push_back(std::move(rule));
    return;
  }
  std::string_view const needs = rest.substr(0, rest.find(';'));
  if (!is_special)
    for (std::string& need : words_of(needs))
      if (need != "|" && need.find(':') == std::string::npos) rule.needs.push_back(std::move(need));
  std::size_t const recipe = rest.find(';');
  if (recipe != std::string_view::npos)
    rule.recipe.push_back({std::string(trim(rest.substr(recipe + 1))), line_});
  rules_.push_back(std::move(rule));
}

std::string Makefile::default_target() const {
  for (Rule const& rule : rules_)
    for (std::string const& target : rule.targets)
      if (rule.variables.empty() && target.find_first_of("%$") == std::string::npos &&
          (!target.starts_with('.') || target.find('/') != std::string::npos))
        return target;
  return {};
}

bool Makefile::has(std::string_view target) const {
  for (Rule const& rule : rules_)
    for (std::string const& each : rule.targets)
      if (rule.variables.empty() && !rule.targets.front().starts_with('.') &&
          (each == target || (stem_of(each, target) && !rule.recipe.empty())))
        return true;
  return false;
}

std::vector<MakeLine> Makefile::lines_of(std::string_view target, MakeVariables const& given,
                                         ShellVariables const& outside) const {
  return MakeRun(*this, given, outside).run(target);
}

}  // namespace landfall
