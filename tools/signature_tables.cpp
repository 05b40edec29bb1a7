// Writes signatures/deploys.yaml as the constant tables of src/workflow/signatures.h. Run by the
// build: signature_tables INPUT OUTPUT. What it does not understand ends the build, with its line.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

#include "base/text.h"
#include "base/yaml.h"

namespace landfall {
namespace {

using yaml::Node;
using yaml::Pair;

struct Command {
  std::string words;
  std::string rest;
};

class Tables {
 public:
  explicit Tables(std::string_view name) : name_(name) {}

  bool read(Node const& root) {
    Node const* programs = root.find("programs");
    Node const* commands = root.find("commands");
    Node const* calls = root.find("calls");
    Node const* remotes = root.find("remotes");
    Node const* actions = root.find("actions");
    for (Node const* part : {programs, commands, calls, remotes, actions})
      if (part == nullptr)
        return refuse(root, "programs, commands, calls, remotes and actions are needed");
    keys(root, {"programs", "commands", "calls", "remotes", "actions"});
    for (Pair const& pair : programs->pairs)
      values_[std::string(pair.key.text)] = texts(pair.value);
    for (Node const& entry : commands->items) command(entry);
    for (Node const& entry : calls->items) call(entry);
    for (Node const& entry : remotes->items) remote(entry);
    for (Node const& entry : actions->items) action(entry);
    return good_;
  }

  std::string written() {
    std::string body;
    std::string programs;
    std::map<std::string, std::string> names;
    for (auto const& [name, values] : values_) commands_[name];
    for (auto const& [name, list] : commands_) {
      std::string commands = "{}";
      if (!list.empty()) {
        commands = fmt::format("commands_{}", count_++);
        arrays_ += fmt::format("constexpr CommandSignature {}[] = {{\n", commands);
        for (Command const& one : list)
          arrays_ += fmt::format("    {{{}, {}, {}}},\n", quoted(name), one.words, one.rest);
        arrays_ += "};\n";
      }
      auto const values = values_.find(name);
      programs += fmt::format("    {{{}, {}, {}}},\n", quoted(name),
                              values == values_.end() ? "{}" : values->second, commands);
    }
    std::sort(exact_.begin(), exact_.end());
    body += table("ActionSignature", "exact_actions", rows(exact_));
    body += table("ActionSignature", "forked_actions", rows(forked_));
    body += table("ActionSignature", "pattern_actions", rows(patterns_));
    body += table("ProgramSignature", "programs", programs);
    body += table("CallSignature", "calls", calls_);
    body += table("RemoteSignature", "push_remotes", remotes_);
    return "#include \"workflow/signatures.h\"\n\nnamespace landfall {\nnamespace {\n\n" + arrays_ +
           "\n}  // namespace\n\n" + body + "}  // namespace landfall\n";
  }

 private:
  using Row = std::pair<std::string, std::string>;

  static std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (char const c : text) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out + "\"";
  }

  static std::string table(std::string_view type, std::string_view name, std::string_view body) {
    return fmt::format(
        "std::span<{0} const> {1}() {{\n  static constexpr {0} table[] = {{\n{2}  }};\n"
        "  return table;\n}}\n\n",
        type, name, body);
  }

  static std::string rows(std::vector<Row> const& rows) {
    std::string text;
    for (auto const& [key, row] : rows) text += row;
    return text;
  }

  bool refuse(Node const& node, std::string_view text) {
    fmt::print(stderr, "{}\n", yaml::error_at(name_, node.begin, text).text);
    good_ = false;
    return false;
  }

  void keys(Node const& node, std::vector<std::string> const& known) {
    for (Pair const& pair : node.pairs)
      if (std::find(known.begin(), known.end(), pair.key.text) == known.end())
        refuse(pair.key, fmt::format("no such key{}", did_you_mean(pair.key.text, known)));
  }

  std::string text(Node const& entry, std::string_view key) {
    Node const* node = entry.find(key);
    if (node == nullptr) return "\"\"";
    if (!node->is_scalar()) refuse(*node, "a text is needed");
    return quoted(node->text);
  }

  bool flag(Node const& entry, std::string_view key, bool fallback) {
    Node const* node = entry.find(key);
    if (node == nullptr) return fallback;
    auto const value = node->boolean();
    if (!value) refuse(*node, "true or false is needed");
    return value.value_or(fallback);
  }

  std::string array(std::vector<std::string> const& items) {
    if (items.empty()) return "{}";
    std::string const name = fmt::format("texts_{}", count_++);
    std::string body;
    for (std::string const& item : items) body += quoted(item) + ", ";
    arrays_ += fmt::format("constexpr std::string_view {}[] = {{{}}};\n", name, body);
    return name;
  }

  std::string texts(Node const& node) {
    std::vector<std::string> items;
    if (node.is_scalar()) items.emplace_back(node.text);
    for (Node const& item : node.items) {
      if (!item.is_scalar()) refuse(item, "a text is needed");
      items.emplace_back(item.text);
    }
    return array(items);
  }

  std::string list(Node const& entry, std::string_view key) {
    Node const* node = entry.find(key);
    return node == nullptr ? "{}" : texts(*node);
  }

  std::string role(Node const& entry) {
    Node const* node = entry.find("role");
    std::string const name(node == nullptr ? "deploy" : node->text);
    static std::vector<std::string> const known{"deploy", "release", "site", "infrastructure"};
    if (std::find(known.begin(), known.end(), name) == known.end())
      refuse(*node, "no such role" + did_you_mean(name, known));
    return "DeployRole::" + name;
  }

  std::string provider(Node const& entry) {
    if (entry.find("provider") == nullptr) refuse(entry, "a provider is needed");
    return text(entry, "provider");
  }

  void command(Node const& entry) {
    keys(entry, {"run", "provider", "role", "target", "within", "unless", "when", "to", "remote"});
    Node const* run = entry.find("run");
    if (run == nullptr) {
      refuse(entry, "run is needed");
      return;
    }
    std::string const rest =
        fmt::format("{}, {}, {}, {}, {}, {}, {}, {}", provider(entry), role(entry),
                    list(entry, "target"), list(entry, "within"), list(entry, "unless"),
                    list(entry, "when"), text(entry, "to"), flag(entry, "remote", false));
    std::vector<std::string> lines;
    if (run->is_scalar()) lines.emplace_back(run->text);
    for (Node const& item : run->items) lines.emplace_back(item.text);
    for (std::string const& line : lines) {
      std::vector<std::string> words = split(line, ' ');
      std::string const program = words[0];
      words.erase(words.begin());
      commands_[program].push_back({array(words), rest});
    }
  }

  void call(Node const& entry) {
    keys(entry, {"url", "variable", "provider", "role", "method", "body"});
    if ((entry.find("url") == nullptr) == (entry.find("variable") == nullptr))
      refuse(entry, "either url or variable is needed");
    calls_ += fmt::format("    {{{}, {}, {}, {}, {}, {}}},\n", text(entry, "url"),
                          text(entry, "variable"), provider(entry), role(entry),
                          entry.find("method") != nullptr, text(entry, "body"));
  }

  void remote(Node const& entry) {
    keys(entry, {"url", "remote", "branch", "provider", "role"});
    remotes_ +=
        fmt::format("    {{{}, {}, {}, {}, {}}},\n", text(entry, "url"), text(entry, "remote"),
                    text(entry, "branch"), provider(entry), role(entry));
  }

  std::string inputs(Node const& entry) {
    Node const* node = entry.find("inputs");
    if (node == nullptr) return "{}";
    std::string body;
    for (Pair const& pair : node->pairs) {
      bool required = false;
      std::string fallback;
      std::string rule = "none";
      std::string since;
      for (std::string const& part : split(pair.value.text, ',')) {
        std::string const word(trim(part));
        if (word == "required")
          required = true;
        else if (word.starts_with("default "))
          fallback = word.substr(8);
        else if (word.starts_with("since "))
          since = word.substr(6);
        else if (word == "not-false" || word == "is-true" || word == "core" || word == "filled")
          rule = replace_all(word, "-", "_");
        else if (word != "optional")
          refuse(pair.value, fmt::format("an input is not '{}'", word));
      }
      body += fmt::format("    {{{}, {}, {}, FlagRule::{}, {}}},\n", quoted(lower(pair.key.text)),
                          required, quoted(fallback), rule, quoted(since));
    }
    std::string const name = fmt::format("inputs_{}", count_++);
    arrays_ += fmt::format("constexpr InputSignature {}[] = {{\n{}}};\n", name, body);
    return name;
  }

  std::string conditions(Node const& entry, std::string_view key) {
    Node const* node = entry.find(key);
    if (node == nullptr) return "{}";
    std::string body;
    for (Pair const& pair : node->pairs)
      body += fmt::format("{{{}, {}}}, ", quoted(pair.key.text), texts(pair.value));
    std::string const name = fmt::format("conditions_{}", count_++);
    arrays_ += fmt::format("constexpr InputCondition {}[] = {{{}}};\n", name, body);
    return name;
  }

  std::string health(Node const& entry) {
    Node const* node = entry.find("health");
    if (node == nullptr) return "{}";
    keys(*node, {"url", "text", "roll_back"});
    return fmt::format("{{{}, {}, {}}}", text(*node, "url"), text(*node, "text"),
                       text(*node, "roll_back"));
  }

  std::string makes(Node const& entry) {
    Node const* node = entry.find("makes");
    std::string const kind =
        node == nullptr ? "none" : replace_all(std::string(node->text), "-", "_");
    if (kind != "none" && kind != "tag" && kind != "release" && kind != "pull_request")
      refuse(*node, "no such event");
    return "MadeEventKind::" + kind;
  }

  void action(Node const& entry) {
    keys(entry,
         {"uses", "forks", "deploys", "provider", "role", "target", "within", "when", "unless",
          "inputs", "complete", "runs", "script", "host", "health", "needs", "makes", "token"});
    Node const* node = entry.find("uses");
    if (node == nullptr || lower(node->text) != node->text) {
      refuse(entry, "uses is needed, in lower case");
      return;
    }
    std::string const uses(node->text);
    bool const forks = flag(entry, "forks", false);
    std::string const row = fmt::format(
        "    {{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}},\n",
        quoted(uses), forks, provider(entry), role(entry), flag(entry, "deploys", true),
        list(entry, "target"), list(entry, "within"), conditions(entry, "when"),
        conditions(entry, "unless"), inputs(entry), flag(entry, "complete", false),
        text(entry, "runs"), text(entry, "script"), text(entry, "host"), health(entry),
        text(entry, "needs"), makes(entry), text(entry, "token"));
    bool const is_pattern = uses.find('*') != std::string::npos;
    std::vector<Row>& rows = is_pattern ? patterns_ : exact_;
    if (std::any_of(rows.begin(), rows.end(),
                    [&](Row const& other) { return other.first == uses; }))
      refuse(*node, "this action has an entry already");
    rows.emplace_back(uses, row);
    if (forks) forked_.emplace_back(uses, row);
  }

  std::string name_;
  bool good_ = true;
  std::size_t count_ = 0;
  std::string arrays_;
  std::string calls_;
  std::string remotes_;
  std::map<std::string, std::string> values_;
  std::map<std::string, std::vector<Command>> commands_;
  std::vector<Row> exact_;
  std::vector<Row> forked_;
  std::vector<Row> patterns_;
};

int run(char const* input, char const* output) {
  std::ostringstream text;
  text << std::ifstream(input).rdbuf();
  auto const document = yaml::parse(text.str(), input);
  if (!document) {
    fmt::print(stderr, "{}\n", document.error().text);
    return 1;
  }
  Tables tables(input);
  if (!tables.read(document->root())) return 1;
  std::ofstream file(output);
  file << tables.written();
  return file ? 0 : 1;
}

}  // namespace
}  // namespace landfall

int main(int count, char** arguments) {
  return count == 3 ? landfall::run(arguments[1], arguments[2]) : 2;
}
