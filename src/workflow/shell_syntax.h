// A shell script as a tree. Words stand as they were written; shell_walk.h expands them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace landfall {

enum class ShellNodeKind {
  simple,      ///< words, redirections
  list,        ///< children one after the other
  and_or,      ///< children joined by `operators`
  pipe,        ///< children
  negation,    ///< `!`
  background,  ///< `&`
  subshell,    ///< `( )`
  group,       ///< `{ }`
  branch,      ///< if: condition, body, condition, body... and, with `flag`, the else
  loop,        ///< while and (with `flag`) until: condition, body
  each,        ///< for: words are the name and the items; `flag` says that items were written
  choice,      ///< case: words are the subject; children are clauses
  clause,      ///< words are the patterns; child is the body
  function,    ///< words are the name; child is the body
};

struct ShellRedirect {
  enum class Kind { read, write, append, document, text, duplicate };
  Kind kind = Kind::read;
  std::string_view target;   ///< raw; of a document its mark
  std::size_t document = 0;  ///< index in ShellTree::documents
};

/// The body of a here-document.
struct ShellDocument {
  std::string mark;
  bool quoted = false;       ///< its mark was, so nothing in it is expanded
  bool strips_tabs = false;  ///< `<<-`
  std::string_view body;
};

using ShellNodeId = std::uint32_t;

struct ShellNode {
  ShellNodeKind kind = ShellNodeKind::simple;
  bool flag = false;
  std::size_t begin = 0;  ///< bytes of the script
  std::size_t end = 0;
  std::string operators;  ///< `&` for &&, `|` for ||, one between two children
  std::vector<ShellNodeId> children;
  std::vector<std::string_view> words;
  std::vector<ShellRedirect> redirects;
};

struct ShellTree {
  std::string_view text;
  std::vector<ShellNode> nodes;
  std::vector<ShellDocument> documents;
  ShellNodeId root = 0;
  /// Where commands stand that fail on purpose: `exit 1`, `return $X`, `false`.
  std::vector<std::size_t> failing_exits;

  ShellNode const& at(ShellNodeId id) const { return nodes[id]; }
};

/// Reads a script; what is no shell is read as well as it goes. At most 20,000 nodes and 60 levels:
/// what is beyond is not seen. The tree refers to the text.
ShellTree parse_shell(std::string_view text);

}  // namespace landfall
