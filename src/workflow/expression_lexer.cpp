#include "workflow/expression_lexer.h"

#include <fmt/core.h>

#include <cmath>
#include <limits>

#include "base/text.h"
#include "workflow/value.h"

namespace landfall {
namespace {

using Kind = ExpressionToken::Kind;
using Operator = ExpressionNode::Operator;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_begin(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name(char c) {
  return is_name_begin(c) || is_digit(c) || c == '-';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
/// Ends a word or number.
bool is_boundary(char c) {
  switch (c) {
    case '(':
    case '[':
    case ')':
    case ']':
    case ',':
    case '.':
    case '!':
    case '>':
    case '<':
    case '=':
    case '&':
    case '|':
    case '\v':
    case '\f':
      return true;
    default:
      return is_blank(c);
  }
}

}  // namespace

std::string excerpt(std::string_view text) {
  return printable(shortened(text, 32));
}

ExpressionToken ExpressionLexer::token(Kind kind, std::size_t length) const {
  return {.kind = kind,
          .begin = static_cast<std::uint32_t>(at_),
          .end = static_cast<std::uint32_t>(at_ + length)};
}

ExpressionToken ExpressionLexer::comparison(Operator op, std::size_t length) const {
  ExpressionToken made = token(Kind::comparison, length);
  made.op = op;
  return made;
}

ExpressionToken ExpressionLexer::bad(std::size_t length, std::string text) {
  error_ = ExpressionError{.offset = at_, .length = length, .text = std::move(text)};
  return token(Kind::bad, length);
}

ExpressionToken ExpressionLexer::take() {
  while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  ExpressionToken const made = at_ < text_.size() ? symbol() : token(Kind::end, 0);
  at_ = made.end;
  previous_ = made.kind;
  return made;
}

ExpressionToken ExpressionLexer::symbol() {
  switch (text_[at_]) {
    case '(':
      return token(Kind::open, 1);
    case ')':
      return token(Kind::close, 1);
    case '[':
      return token(Kind::open_bracket, 1);
    case ']':
      return token(Kind::close_bracket, 1);
    case ',':
      return token(Kind::comma, 1);
    case '*':
      return token(Kind::star, 1);
    case '\'':
      return string();
    case '.': {
      bool const leads_on = previous_ == Kind::name || previous_ == Kind::close_bracket ||
                            previous_ == Kind::close || previous_ == Kind::star;
      return leads_on ? token(Kind::dot, 1) : number();
    }
    case '!':
    case '=':
    case '<':
    case '>':
    case '&':
    case '|':
      return compared_or_bad();
    default:
      return is_digit(text_[at_]) || text_[at_] == '-' || text_[at_] == '+' ? number() : word();
  }
}

ExpressionToken ExpressionLexer::compared_or_bad() {
  std::string_view const rest = text_.substr(at_);
  bool const then_equal = rest.substr(1).starts_with('=');
  std::size_t const length = then_equal ? 2 : 1;
  switch (rest[0]) {
    case '!':
      return then_equal ? comparison(Operator::unequal, 2) : token(Kind::negation, 1);
    case '<':
      return comparison(then_equal ? Operator::not_more : Operator::less, length);
    case '>':
      return comparison(then_equal ? Operator::not_less : Operator::more, length);
    case '=':
      if (then_equal) return comparison(Operator::equal, 2);
      break;
    default:
      if (rest.substr(1).starts_with(rest[0]))
        return token(rest[0] == '&' ? Kind::all : Kind::any, 2);
      break;
  }
  return bad(1, fmt::format("expected '{0}{0}', found '{0}'", rest[0]));
}

ExpressionToken ExpressionLexer::string() {
  bool doubled = false;
  std::size_t end = at_ + 1;
  while (true) {
    end = text_.find('\'', end);
    if (end == std::string_view::npos) break;
    if (end + 1 == text_.size() || text_[end + 1] != '\'') {
      ExpressionToken made = token(Kind::text, end + 1 - at_);
      made.flag = doubled;
      return made;
    }
    doubled = true;
    end += 2;
  }
  return bad(text_.size() - at_,
             "expected a ' that ends this string, found the end of the expression");
}

ExpressionToken ExpressionLexer::number() {
  std::size_t end = at_ + 1;
  while (end < text_.size() && (!is_boundary(text_[end]) || text_[end] == '.')) ++end;
  std::string_view const word = text_.substr(at_, end - at_);
  double const value = number_literal(word);
  if (std::isnan(value)) {
    if (word == "+" || word == "-")
      return bad(1, fmt::format("expected a value or an operator, found '{}': there is no "
                                "arithmetic",
                                word));
    return bad(word.size(), fmt::format("expected a number, found '{}'", excerpt(word)));
  }
  ExpressionToken made = token(Kind::number, word.size());
  made.number = value;
  return made;
}

ExpressionToken ExpressionLexer::word() {
  std::size_t end = at_;
  while (end < text_.size() && is_name(text_[end])) ++end;
  bool const ends = end == text_.size() || is_boundary(text_[end]);
  std::string_view const word = text_.substr(at_, end - at_);
  if (!ends || word.empty() || !is_name_begin(word[0])) {
    if (text_[at_] == '"')
      return bad(1, "expected a string in single quotes, found a double quote");
    std::size_t stop = at_ + 1;
    while (stop < text_.size() && !is_boundary(text_[stop])) ++stop;
    std::string_view const found = text_.substr(at_, stop - at_);
    if (found.starts_with("${{"))
      return bad(3, "expected a value, found '${{': this is an expression already");
    return bad(found.size(), fmt::format("expected a name or a value, found '{}'", excerpt(found)));
  }
  // After a dot all words are names.
  if (previous_ == Kind::dot) return token(Kind::name, word.size());
  if (word == "true" || word == "false") {
    ExpressionToken made = token(Kind::boolean, word.size());
    made.flag = word == "true";
    return made;
  }
  if (word == "null") return token(Kind::null, word.size());
  if (word != "NaN" && word != "Infinity") return token(Kind::name, word.size());
  ExpressionToken made = token(Kind::number, word.size());
  made.number = word == "NaN" ? std::numeric_limits<double>::quiet_NaN()
                              : std::numeric_limits<double>::infinity();
  return made;
}

}  // namespace landfall
