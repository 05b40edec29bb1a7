// Values of GitHub's expressions as far as they are known before a run: known, not known, or known
// in part (a ref that begins with `refs/heads/`). What is not known is never guessed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace landfall {

namespace yaml {
struct Node;
}

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

/// One value. Lists and objects own what is in them; a `node` is a mapping of the file that is read
/// only where an expression looks into it.
struct Value {
  enum class Kind { unknown, null, boolean, number, text, list, object, ref, node };
  Kind kind = Kind::unknown;
  bool flag = false;
  double number = 0;
  std::string text;
  std::vector<Value> list;            ///< items of a list, values of an object
  std::vector<std::string> keys;      ///< of an object, beside `list`, in order
  bool full_ref = false;              ///< of a ref: `refs/heads/NAME`, else NAME
  bool filtered = false;              ///< a list that `.*` made: `.x` then asks every item
  bool made_here = false;             ///< a list or object that is the same as no other
  yaml::Node const* node = nullptr;   ///< a mapping of the file, such as a matrix value
  void const* origin = nullptr;       ///< a list or object that stands there; nullptr: not told
  std::optional<bool> unknown_truth;  ///< an unknown value may still be certainly true or false

  static Value of(std::string_view text);
  static Value of(char const* text) { return of(std::string_view(text)); }
  static Value of(std::string&& text);
  static Value of(std::string const& text) { return of(std::string_view(text)); }
  static Value of(bool flag);
  static Value of(double number);
  static Value null();
  /// A value that is not known, but whether it is true is.
  static Value unknown(std::optional<bool> truth) { return {.unknown_truth = truth}; }
  /// A scalar, sequence or mapping of the file; unknown where it holds an expression. The node
  /// must outlive the value.
  static Value of(yaml::Node const& node);

  bool is_known() const { return kind != Kind::unknown && kind != Kind::ref; }
  /// Null, a boolean, a number or a text that is known.
  bool is_primitive() const {
    return kind == Kind::null || kind == Kind::boolean || kind == Kind::number ||
           kind == Kind::text;
  }
  /// A list or an object, whether or not all that is in it is known.
  bool is_container() const {
    return kind == Kind::list || kind == Kind::object || kind == Kind::node;
  }
};

/// nullopt: may be either.
std::optional<bool> truth(Value const& value);
/// The text that a null, boolean, number or text becomes inside of a text; nullopt if it is not
/// known, or a list or object.
std::optional<std::string> text_of(Value const& value);
/// The same, and `Array` and `Object` for lists and objects, as GitHub writes them into a text.
std::optional<std::string> coerced_text(Value const& value);
/// The number that a value is compared as: NaN for lists and objects, and a text that is none. Not
/// for unknown values.
double coerced_number(Value const& value);

/// A mapping of the file as an object, a level at a time; another value as it is.
Value opened(Value value);
/// Are all of it, and all in it, known.
bool is_all_known(Value const& value);

/// JavaScript's `Number(text)`: blank text is 0, decimal, hex, octal and binary digits; else NaN.
double number_of(std::string_view text);
/// The same for a number written in an expression, which has no blanks.
double number_literal(std::string_view text);
/// A text without the blanks around it, by JavaScript's wide idea of them.
std::string_view trim_blanks(std::string_view text);
/// A number as JSON and JavaScript write it: the fewest digits that name it.
std::string number_text(double number);
/// A number as it becomes text in an expression: not more than 15 digits after the point.
std::string coerced_number_text(double number);

}  // namespace landfall
