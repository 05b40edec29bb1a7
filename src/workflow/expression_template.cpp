#include "workflow/expression_template.h"

#include <algorithm>

#include "workflow/value.h"

namespace landfall {

std::size_t expression_end(std::string_view text, std::size_t from) {
  while (true) {
    std::size_t at = from;
    while (at < text.size() && text[at] != '\'' && text[at] != '}') ++at;
    if (at >= text.size()) return std::string_view::npos;
    if (text[at] == '\'') {
      std::size_t const close = text.find('\'', at + 1);
      if (close == std::string_view::npos) return close;
      from = close + 1;
    } else if (text.substr(at + 1).starts_with('}')) {
      return at;
    } else {
      from = at + 1;
    }
  }
}

bool TemplatePieces::next(TemplatePiece& piece) {
  if (at_ >= text_.size()) return false;
  std::size_t const open = std::min(text_.find("${{", at_), text_.size());
  piece = {.begin = at_};
  if (open > at_) {
    piece.text = text_.substr(at_, open - at_);
    at_ = open;
    return true;
  }
  std::size_t const close = expression_end(text_, open + 3);
  if (close == std::string_view::npos) {
    piece.kind = TemplatePiece::Kind::unclosed;
    piece.text = text_.substr(open);
    at_ = text_.size();
    return true;
  }
  piece.kind = TemplatePiece::Kind::expression;
  piece.text = text_.substr(open, close + 2 - open);
  piece.inner = text_.substr(open + 3, close - open - 3);
  piece.inner_begin = open + 3;
  at_ = close + 2;
  return true;
}

std::optional<std::string> sole_string(std::string_view inner) {
  std::string_view const word = trim_blanks(inner);
  if (word.empty() || word.front() != '\'') return std::nullopt;
  std::string result;
  bool in_string = false;
  for (std::size_t at = 0; at < word.size(); ++at) {
    if (word[at] == '\'') {
      in_string = !in_string;
      if (in_string && at != 0) result += '\'';
    } else if (!in_string) {
      return std::nullopt;
    } else {
      result += word[at];
    }
  }
  return in_string ? std::nullopt : std::optional(std::move(result));
}

std::optional<std::string> condition_expression(std::string_view if_text) {
  if (!has_expression(if_text)) return std::string(trim_blanks(if_text));
  TemplatePieces pieces(if_text);
  TemplatePiece piece;
  pieces.next(piece);
  if (piece.kind != TemplatePiece::Kind::expression || piece.text.size() != if_text.size())
    return std::nullopt;
  if (auto text = sole_string(piece.inner)) return text;
  std::string_view const inner = trim_blanks(piece.inner);
  return inner.empty() ? std::nullopt : std::optional(std::string(inner));
}

}  // namespace landfall
