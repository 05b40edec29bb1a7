// GitHub's expressions, evaluated over what is known before a run: every value is known, or not, or
// known in part (a ref that begins with `refs/heads/`). What is not known is never guessed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"

namespace landfall {

/// A question that an expression asked about a ref whose name is not known.
struct RefQuestion {
  bool prefix = false;  ///< does the name begin with the text, or is it the text
  std::string text;
};

/// A set of refs that one evaluation stands for: all of a space whose names begin so, but some.
struct RefClass {
  std::string space = "refs/heads/";
  std::string begin;                      ///< every name begins with it
  bool exact = false;                     ///< it is the whole name
  std::vector<std::string> not_names;     ///< classes of their own
  std::vector<std::string> not_prefixes;  ///< the same
};

struct Value {
  enum class Kind { unknown, null, boolean, number, text, list, ref, node };
  Kind kind = Kind::unknown;
  bool flag = false;
  double number = 0;
  std::string text;
  std::vector<Value> list;
  bool full_ref = false;              ///< of a ref: `refs/heads/NAME`, else NAME
  yaml::Node const* node = nullptr;   ///< a mapping of the file, such as a matrix value
  std::optional<bool> unknown_truth;  ///< an unknown value may still be certainly true or false

  static Value of(std::string_view text);
  static Value of(char const* text) { return of(std::string_view(text)); }
  static Value of(bool flag);
  static Value of(double number);
  static Value null();
  /// A scalar, sequence or mapping of the file; unknown where it holds an expression.
  static Value of(yaml::Node const& node);
};

/// nullopt: may be either.
std::optional<bool> truth(Value const& value);
/// The text that a value becomes inside of a text, nullopt if it is not known.
std::optional<std::string> text_of(Value const& value);

/// What names mean while an expression is evaluated.
class Names {
 public:
  Names() = default;
  Names(Names const&) = delete;
  Names& operator=(Names const&) = delete;
  virtual ~Names() = default;
  /// `github.event.inputs.x` as {"github", "event", "inputs", "x"}, contexts in lower case.
  virtual Value lookup(std::vector<std::string> const& path) = 0;
  /// success, failure, always or cancelled.
  virtual Value status(std::string_view function) = 0;
  /// The refs that values of kind ref stand for.
  virtual RefClass const& refs() const = 0;
  /// Told of what could not be answered about a ref.
  virtual void asked(RefQuestion question) = 0;
};

/// The value of an expression without its braces; unknown if it cannot be read.
Value evaluate(std::string_view expression, Names& names);

/// An `if:`, with or without braces. Text around braces makes it a text, which is true.
std::optional<bool> condition(std::string_view text, Names& names);

/// Where the `}}` stands that ends an expression which begins at `from`; npos if none does.
std::size_t expression_end(std::string_view text, std::size_t from);

/// Does a condition ask for the status of what went before, so that success() is not implied.
bool asks_status(std::string_view text);

/// In an interpolated text every piece that is not known stands between these two.
constexpr char unknown_begin = '\x01';
constexpr char unknown_end = '\x02';

/// A text with every `${{ }}` replaced by its value.
std::string interpolate(std::string_view text, Names& names);
/// The same text as a person wrote it.
std::string readable(std::string_view interpolated);
bool is_known(std::string_view interpolated);

}  // namespace landfall
