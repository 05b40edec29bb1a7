// Texts with `${{ }}` in them, cut into what stands as it is and what is evaluated.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace landfall {

/// Is there anything to evaluate in a text: the quick way out for most.
inline bool has_expression(std::string_view text) {
  return text.find("${{") != std::string_view::npos;
}

/// Where the `}}` stands that ends an expression which begins at `from`; npos if none does. A `}}`
/// in a string ends nothing.
std::size_t expression_end(std::string_view text, std::size_t from);

/// A piece of a text. The inside of an expression is without its braces.
struct TemplatePiece {
  enum class Kind { literal, expression, unclosed };
  Kind kind = Kind::literal;
  std::string_view text;   ///< all of it, with braces
  std::string_view inner;  ///< of an expression
  std::size_t begin = 0;
  std::size_t inner_begin = 0;
};

/// Cuts a text into its pieces, none of them empty.
class TemplatePieces {
 public:
  explicit TemplatePieces(std::string_view text) : text_(text) {}
  /// False after the last.
  bool next(TemplatePiece& piece);

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

/// The text of an expression that is one string, as GitHub then takes it for the text itself:
/// `${{ 'x' }}` is `x`. nullopt for any other.
std::optional<std::string> sole_string(std::string_view inner);

/// The one expression that an `if:` is, without braces; nullopt where text stands around it or
/// more than one stands in it, or none between the braces. Empty for an empty `if:`.
std::optional<std::string> condition_expression(std::string_view if_text);

}  // namespace landfall
