// The words of GitHub's expressions, one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "workflow/expression_tree.h"

namespace landfall {

struct ExpressionToken {
  enum class Kind : std::uint8_t {
    end,
    open,
    close,
    open_bracket,
    close_bracket,
    comma,
    dot,
    negation,
    comparison,
    all,
    any,
    star,
    number,
    text,
    name,
    boolean,
    null,
    bad  ///< error() says why
  };
  Kind kind = Kind::end;
  ExpressionNode::Operator op = ExpressionNode::Operator::none;
  bool flag = false;  ///< of a boolean: its value; of a text: does it double quotes
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  double number = 0;
};

/// Cuts a text into tokens as GitHub's lexer does. Whether a `.` leads on or begins a number, and
/// whether `true` is a value or a name, depends on the token before.
class ExpressionLexer {
 public:
  explicit ExpressionLexer(std::string_view text) : text_(text) {}

  /// The next token; `end` for ever after the last.
  ExpressionToken take();
  /// Why the last token was bad.
  ExpressionError error() const { return *error_; }

 private:
  ExpressionToken token(ExpressionToken::Kind kind, std::size_t length) const;
  ExpressionToken comparison(ExpressionNode::Operator op, std::size_t length) const;
  ExpressionToken symbol();
  ExpressionToken compared_or_bad();
  ExpressionToken string();
  ExpressionToken number();
  ExpressionToken word();
  ExpressionToken bad(std::size_t length, std::string text);

  std::string_view text_;
  std::size_t at_ = 0;
  ExpressionToken::Kind previous_ = ExpressionToken::Kind::end;
  std::optional<ExpressionError> error_;
};

/// A piece of an expression for a message: whole characters, not too many, safe to print.
std::string excerpt(std::string_view text);

}  // namespace landfall
