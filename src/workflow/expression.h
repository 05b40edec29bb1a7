// GitHub's expressions, evaluated over what is known before a run: every value is known, or not, or
// known in part (a ref that begins with `refs/heads/`). What is not known is never guessed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "workflow/expression_template.h"
#include "workflow/expression_tree.h"
#include "workflow/value.h"

namespace landfall {

/// What names mean while an expression is evaluated.
class Names {
 public:
  Names() = default;
  Names(Names const&) = delete;
  Names& operator=(Names const&) = delete;
  virtual ~Names() = default;
  /// `github.event.inputs.x` as {"github", "event", "inputs", "x"}, contexts in lower case. Asked
  /// for the longest path first; while the answer is not known, for the shorter ones, down to the
  /// context alone: a list or object that comes back is looked into, and must be all there is.
  virtual Value lookup(std::vector<std::string> const& path) = 0;
  /// success, failure, always or cancelled.
  virtual Value status(std::string_view function) = 0;
  /// The same of the jobs that are named: `success('build')`.
  virtual Value status_of(std::string_view /*function*/, std::span<Value const> /*jobs*/) {
    return {};
  }
  /// The refs that values of kind ref stand for.
  virtual RefClass const& refs() const = 0;
  /// Told of what could not be answered about a ref.
  virtual void asked(RefQuestion question) = 0;
};

/// What an evaluation came to. Where GitHub would stop with an error, the value is not known and
/// `failure` says why.
struct Evaluated {
  Value value;
  std::optional<ExpressionError> failure;
};

/// Evaluates what was read.
Evaluated evaluation(Expression const& expression, Names& names);
Value evaluate(Expression const& expression, Names& names);
/// The value of an expression without its braces; unknown if it cannot be read.
Value evaluate(std::string_view expression, Names& names);

/// The value of an expression that is the same whatever its names mean: `1 == 1`, `false && x`.
std::optional<Value> constant(Expression const& expression);
/// Whether it is true, where that much is certain though its value is not.
std::optional<bool> constant_truth(Expression const& expression);

/// An `if:`, with or without braces; an empty one is true. Text around braces, be it a line end,
/// makes it a text, which is true. The success() that GitHub adds is not part of the answer.
std::optional<bool> condition(std::string_view text, Names& names);

/// Is an `if:` true because there is text outside of `${{ }}`: GitHub then sees a text that is not
/// empty. A literal block's last line end is such text.
bool is_always_text(std::string_view if_text);

/// Does a condition ask for the status of what went before, so that success() is not implied.
bool asks_status(Expression const& expression);
/// The same of an `if:` with or without braces.
bool asks_status(std::string_view text);

/// The paths of contexts that an expression names: "github.ref", "needs.build.result",
/// "github.event.commits.*.id"; each once, in order, contexts in lower case, the rest as written.
/// What is looked up by a computed name ends before it.
std::vector<std::string> mentioned(Expression const& expression);

/// In an interpolated text every piece that is not known stands between these two.
constexpr char unknown_begin = '\x01';
constexpr char unknown_end = '\x02';

/// A text with every `${{ }}` replaced by its value.
std::string interpolate(std::string_view text, Names& names);
/// The same text as a person wrote it.
std::string readable(std::string_view interpolated);
bool is_known(std::string_view interpolated);

/// A value of the file, with what expressions make of it: of one that is an expression as a whole
/// its own value, which may be a list; of others a text, not known if any piece is not.
Value template_value(yaml::Node const& node, Names& names);

}  // namespace landfall
