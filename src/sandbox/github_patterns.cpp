#include "sandbox/github_patterns.h"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace landfall::sandbox {
namespace {

/// One thing that a pattern asks for, and how often.
struct Piece {
  enum class Kind { literal, name, path, set } kind = Kind::literal;
  char letter = 0;
  std::string members;  ///< of a set, ranges written out
  std::size_t least = 1;
  bool many = false;

  bool takes(char c) const {
    switch (kind) {
      case Kind::literal:
        return c == letter;
      case Kind::name:
        return c != '/';
      case Kind::path:
        return true;
      case Kind::set:
        return members.find(c) != std::string::npos;
    }
    return false;
  }
};
using Pieces = std::vector<Piece>;

/// "[a-c_]" at the front of the text; false if no "]" ends it.
bool read_set(std::string_view& text, Piece& piece) {
  std::size_t const end = text.find(']', 1);
  if (end == std::string_view::npos) return false;
  piece.kind = Piece::Kind::set;
  for (std::size_t i = 1; i < end; ++i) {
    bool const range = i + 2 < end && text[i + 1] == '-';
    if (!range) {
      piece.members.push_back(text[i]);
      continue;
    }
    for (int c = text[i]; c <= text[i + 2]; ++c) piece.members.push_back(static_cast<char>(c));
    i += 2;
  }
  text.remove_prefix(end + 1);
  return true;
}

Piece read_piece(std::string_view& text) {
  Piece piece;
  char const c = text.front();
  if (c == '[' && read_set(text, piece)) return piece;
  text.remove_prefix(1);
  if (c == '*') {
    bool const twice = text.starts_with('*');
    if (twice) text.remove_prefix(1);
    piece.kind = twice ? Piece::Kind::path : Piece::Kind::name;
    piece.least = 0;
    piece.many = true;
    return piece;
  }
  if (c == '?') {
    piece.kind = Piece::Kind::name;
    return piece;
  }
  piece.letter = c;
  if (c == '\\' && !text.empty()) {
    piece.letter = text.front();
    text.remove_prefix(1);
  }
  return piece;
}

Pieces read_pattern(std::string_view text) {
  Pieces pieces;
  while (!text.empty()) pieces.push_back(read_piece(text));
  return pieces;
}

/// All places in the pattern at which a match may stand, letter by letter: time grows with the
/// product of both lengths at most.
bool matches(Pieces const& pieces, std::string_view name) {
  std::set<std::size_t> at{0};
  auto const skip_optional = [&] {
    for (std::size_t const place : at)
      if (place < pieces.size() && pieces[place].least == 0) at.insert(place + 1);
  };
  skip_optional();
  for (char const c : name) {
    std::set<std::size_t> next;
    for (std::size_t const place : at) {
      if (place >= pieces.size() || !pieces[place].takes(c)) continue;
      next.insert(place + 1);
      if (pieces[place].many) next.insert(place);
    }
    at = std::move(next);
    skip_optional();
  }
  return at.contains(pieces.size());
}

}  // namespace

bool policy_matches(std::string_view pattern, std::string_view name) {
  Pieces pieces = read_pattern(pattern);
  // "**" crosses slashes only as a whole part of a path: "**/".
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].kind != Piece::Kind::path) continue;
    bool const begins =
        i == 0 || (pieces[i - 1].kind == Piece::Kind::literal && pieces[i - 1].letter == '/');
    bool const ends = i + 1 < pieces.size() && pieces[i + 1].letter == '/';
    if (!begins || !ends) pieces[i].kind = Piece::Kind::name;
  }
  if (matches(pieces, name)) return true;
  // "**/" stands for no folder, too.
  std::size_t const folders = pattern.find("**/");
  if (folders == std::string_view::npos || (folders > 0 && pattern[folders - 1] != '/'))
    return false;
  std::string shorter(pattern.substr(0, folders));
  shorter += pattern.substr(folders + 3);
  return policy_matches(shorter, name);
}

}  // namespace landfall::sandbox
