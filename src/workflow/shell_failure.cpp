#include "workflow/shell_failure.h"

#include <algorithm>

#include "workflow/shell_scan.h"

namespace landfall {
namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view first_word(ShellNode const& node) {
  if (node.kind != ShellNodeKind::simple) return {};
  for (std::string_view const word : node.words)
    if (assigned_name(word).name.empty()) return word;
  return {};
}

/// The command whose status a node has: the last one of a list or group.
ShellNode const* last_command(ShellTree const& tree, ShellNodeId id) {
  ShellNode const* node = &tree.at(id);
  while (node->kind == ShellNodeKind::list || node->kind == ShellNodeKind::group) {
    if (node->children.empty()) return nullptr;
    node = &tree.at(node->children.back());
  }
  return node;
}

bool mentions(std::string_view text, std::string_view name) {
  for (std::string const& form : {"$" + std::string(name), "${" + std::string(name)}) {
    for (std::size_t at = text.find(form); at != std::string_view::npos;
         at = text.find(form, at + 1)) {
      std::size_t const end = at + form.size();
      if (end >= text.size() || !is_name_char(text[end])) return true;
    }
  }
  return false;
}

bool mentions_status(std::string_view text) {
  return text.find("$?") != std::string_view::npos ||
         text.find("PIPESTATUS") != std::string_view::npos;
}

/// After a failure of what stands left of ||: does this make green of it.
bool is_harmless(ShellTree const& tree, ShellNodeId id) {
  ShellNode const& node = tree.at(id);
  if (node.kind == ShellNodeKind::list || node.kind == ShellNodeKind::group)
    return !node.children.empty() &&
           std::all_of(node.children.begin(), node.children.end(),
                       [&](ShellNodeId child) { return is_harmless(tree, child); });
  if (node.kind != ShellNodeKind::simple) return false;
  std::string_view const first = first_word(node);
  std::string_view const text = tree.text;
  if (first.empty()) {
    // A variable that nobody looks at later is as good as nothing.
    for (std::string_view const word : node.words)
      if (mentions(text.substr(node.end), assigned_name(word).name)) return false;
    return !node.words.empty();
  }
  if (first == "exit" || first == "return") return node.words.size() > 1 && node.words[1] == "0";
  bool const writes =
      std::any_of(node.redirects.begin(), node.redirects.end(), [](ShellRedirect const& redirect) {
        return redirect.target.find("GITHUB_") != std::string_view::npos;
      });
  return !writes && is_one_of(first, {"true", ":", "echo", "printf", "sleep", "logger", "continue",
                                      "break", "cat", "date"});
}

/// Does a branch taken after a failure tell anybody of it.
bool escapes(ShellTree const& tree, ShellNodeId id) {
  ShellNode const& node = tree.at(id);
  if (node.kind != ShellNodeKind::simple)
    return std::any_of(node.children.begin(), node.children.end(),
                       [&](ShellNodeId child) { return escapes(tree, child); });
  std::string_view const first = first_word(node);
  if (first.empty()) return !is_harmless(tree, id);
  bool const writes =
      std::any_of(node.redirects.begin(), node.redirects.end(), [](ShellRedirect const& redirect) {
        return redirect.target.find("GITHUB_") != std::string_view::npos;
      });
  bool const ends = first == "exit" || first == "return";
  if (ends) return node.words.size() < 2 || node.words[1] != "0";
  return writes || is_one_of(first, {"false", "fail", "die", "error", "abort"});
}

/// An `exit 1` behind a place.
bool fails_after(ShellTree const& tree, std::size_t offset) {
  return !tree.failing_exits.empty() && tree.failing_exits.back() >= offset;
}

/// A success that ends the script or loop, and an `exit 1` for whoever gets further.
bool succeeds_or_fails_later(ShellTree const& tree, ShellNodeId success, std::size_t after) {
  return leaves(tree, success) && fails_after(tree, after);
}

}  // namespace

bool is_question(ShellTree const& tree, ShellNodeId id) {
  ShellNode const* node = last_command(tree, id);
  if (node == nullptr) return false;
  if (node->kind == ShellNodeKind::negation) return true;
  if (node->kind == ShellNodeKind::and_or || node->kind == ShellNodeKind::pipe)
    return is_question(tree, node->children.back());
  std::string_view const first = first_word(*node);
  if (first == "git")
    return std::any_of(node->words.begin(), node->words.end(), [](std::string_view word) {
      return is_one_of(word, {"diff", "diff-index", "rev-parse", "ls-remote", "show-ref"});
    });
  return is_one_of(first, {"[", "[[", "test", "grep", "egrep", "((", "command", "which", "type",
                           "hash", "diff", "cmp", "true", "false"});
}

bool leaves(ShellTree const& tree, ShellNodeId id) {
  ShellNode const* node = last_command(tree, id);
  return node != nullptr && is_one_of(first_word(*node), {"exit", "return", "break", "continue"});
}

bool leaves_with_error(ShellTree const& tree, ShellNodeId id) {
  ShellNode const* node = last_command(tree, id);
  return node != nullptr && is_one_of(first_word(*node), {"exit", "return"}) &&
         node->words.size() > 1 && node->words[1] != "0";
}

bool exits(ShellTree const& tree, ShellNodeId id) {
  ShellNode const* node = last_command(tree, id);
  return node != nullptr && first_word(*node) == "exit";
}

bool changes_state(ShellTree const& tree, ShellNodeId id) {
  ShellNode const& node = tree.at(id);
  if (node.kind == ShellNodeKind::subshell || node.kind == ShellNodeKind::background) return false;
  if (node.kind == ShellNodeKind::each) return true;
  if (node.kind == ShellNodeKind::simple) {
    std::string_view const first = first_word(node);
    return first.empty() ? !node.words.empty()
                         : is_one_of(first, {"exit", "return", "break", "continue", "cd", "export",
                                             "set", "read", "source", ".", "eval", "local",
                                             "declare", "unset", "shift", "readonly", "pushd"});
  }
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](ShellNodeId child) { return changes_state(tree, child); });
}

std::vector<std::string> assigned_in(ShellTree const& tree, ShellNodeId id) {
  std::vector<std::string> names;
  ShellNode const& node = tree.at(id);
  if (node.kind == ShellNodeKind::each) names.emplace_back(node.words[0]);
  if (node.kind == ShellNodeKind::simple) {
    std::string_view const first = first_word(node);
    bool const reads = is_one_of(first, {"read", "mapfile", "readarray", "getopts", "unset"});
    bool const declares =
        first.empty() || is_one_of(first, {"export", "local", "declare", "readonly", "typeset"});
    for (std::string_view const word : node.words) {
      std::string_view const name = declares ? assigned_name(word).name : word;
      if ((declares || reads) && !name.empty()) names.emplace_back(name);
    }
  }
  for (ShellNodeId const child : node.children) {
    std::vector<std::string> more = assigned_in(tree, child);
    names.insert(names.end(), std::make_move_iterator(more.begin()),
                 std::make_move_iterator(more.end()));
  }
  return names;
}

ShellFailure list_failure(ShellTree const& tree, ShellNode const& list, std::size_t index,
                          FailureScene scene) {
  bool const is_last = index + 1 == list.children.size();
  if (is_last || scene.errexit || scene.around != ShellFailure::stops) return scene.around;
  ShellNode const& next = tree.at(list.children[index + 1]);
  bool const tested = mentions_status(tree.text.substr(next.begin, next.end - next.begin));
  return tested ? ShellFailure::stops : ShellFailure::not_errexit;
}

ShellFailure operand_failure(ShellTree const& tree, ShellNode const& node, std::size_t index,
                             FailureScene scene) {
  // A failure goes on behind the next ||.
  std::size_t const next = node.operators.find('|', index);
  if (next != std::string::npos) {
    if (!is_harmless(tree, node.children[next + 1])) return scene.around;
    // `curl && exit 0 || sleep 5` and an `exit 1` below.
    bool const succeeds =
        next > index && succeeds_or_fails_later(tree, node.children[index + 1], node.end);
    return succeeds ? scene.around : ShellFailure::or_harmless;
  }
  bool const is_last = index + 1 == node.children.size();
  if (is_last || scene.around != ShellFailure::stops || scene.tail || scene.tested)
    return scene.around;
  if (succeeds_or_fails_later(tree, node.children.back(), node.end)) return scene.around;
  return ShellFailure::and_list;
}

ShellFailure condition_failure(ShellTree const& tree, ShellNode const& branch, std::size_t arm,
                               FailureScene scene) {
  // After `!` it is the body that runs when the command fails.
  ShellNode const* asked = last_command(tree, branch.children[arm]);
  bool const inverted = asked != nullptr && asked->kind == ShellNodeKind::negation;
  ShellNodeId const body = branch.children[arm + 1];
  if (inverted) return escapes(tree, body) ? scene.around : ShellFailure::condition;
  for (std::size_t i = arm + 2; i < branch.children.size(); ++i)
    if (escapes(tree, branch.children[i])) return scene.around;
  return succeeds_or_fails_later(tree, body, branch.end) ? scene.around : ShellFailure::condition;
}

}  // namespace landfall
