#include "workflow/expression_judge.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "workflow/expression.h"
#include "workflow/expression_case.h"
#include "workflow/expression_lexer.h"
#include "workflow/expression_template.h"
#include "workflow/functions.h"

namespace landfall {
namespace {

using Kind = ExpressionNode::Kind;
using Errors = std::vector<ExpressionError>;

constexpr std::size_t most_errors = 32;
constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

struct Arity {
  std::string_view name;
  std::size_t least = 0;
  std::size_t most = 0;
};

/// Functions that are known everywhere.
constexpr Arity known_functions[]{{"case", 3, unlimited}, {"contains", 2, 2}, {"endsWith", 2, 2},
                                  {"format", 1, 255},     {"fromJSON", 1, 1}, {"join", 1, 2},
                                  {"startsWith", 2, 2},   {"toJSON", 1, 1}};
/// Those that only some places know.
constexpr std::string_view some_functions[]{"always", "cancelled", "failure", "hashFiles",
                                            "success"};
constexpr std::string_view known_contexts[]{"env",     "github", "inputs",   "job",
                                            "jobs",    "matrix", "needs",    "runner",
                                            "secrets", "steps",  "strategy", "vars"};

std::size_t number_in(std::string_view text) {
  std::size_t number = unlimited;  // MAX
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// An entry of a context as a function, nullopt if it is a context.
std::optional<Arity> arity_of(std::string_view entry) {
  if (!entry.ends_with(')')) return std::nullopt;
  std::size_t const open = entry.find('(');
  std::size_t const comma = entry.find(',');
  if (open == std::string_view::npos || comma == std::string_view::npos) return std::nullopt;
  return Arity{.name = entry.substr(0, open),
               .least = number_in(entry.substr(open + 1, comma - open - 1)),
               .most = number_in(entry.substr(comma + 1, entry.size() - comma - 2))};
}

/// Names have ASCII letters only.
bool same(std::string_view left, std::string_view right) {
  return left.size() == right.size() && same_but_case(left, right);
}

template <class Names>
bool has_name(Names const& names, std::string_view name) {
  return std::any_of(std::begin(names), std::end(names),
                     [&](std::string_view each) { return same(each, name); });
}

/// Judges one expression. Its errors are found while walking the nodes in the order in which they
/// end; sorted, they stand in the order of the text.
class Judge {
 public:
  Judge(Expression const& expression, ExpressionContext context)
      : expression_(expression), context_(context) {}

  Errors run() {
    for (ExpressionNode const& node : expression_.nodes()) {
      if (node.kind == Kind::context)
        judge_context(node);
      else if (node.kind == Kind::call)
        judge_call(node);
    }
    if (errors_.size() > 1) sort();
    return std::move(errors_);
  }

 private:
  void sort() {
    std::stable_sort(errors_.begin(), errors_.end(),
                     [](auto const& a, auto const& b) { return a.offset < b.offset; });
  }

  void add(ExpressionError::Kind kind, ExpressionNode const& node, std::string text) {
    if (errors_.size() == most_errors) return;
    errors_.push_back({.kind = kind,
                       .offset = node.name_begin,
                       .length = node.name_end - node.name_begin,
                       .text = std::move(text)});
  }

  void judge_context(ExpressionNode const& node) {
    std::string_view const name = expression_.name(node);
    if (has_name(context_, name)) return;
    std::vector<std::string> here;
    for (std::string_view const entry : context_)
      if (!entry.ends_with(')')) here.emplace_back(entry);
    std::string const expected =
        here.empty() ? "no context can be named here"
                     : fmt::format("expected one of the contexts {}", join(here, ", "));
    add(ExpressionError::Kind::context, node,
        fmt::format("{}, found '{}'{}", expected, excerpt(name), hint(name, here)));
  }

  static std::string hint(std::string_view name, std::vector<std::string> const& here) {
    if (has_name(known_contexts, name)) return ", which is not known in this place";
    constexpr std::size_t long_enough = 4;  // shorter words are near to everything
    std::string const meant = name.size() < long_enough ? "" : did_you_mean(name, here);
    return meant.empty() ? "; a string stands in single quotes" : meant;
  }

  void judge_call(ExpressionNode const& node) {
    std::string_view const name = expression_.name(node);
    std::optional<Arity> const arity = known(name);
    if (!arity) return add_unknown(node);
    std::size_t const count = expression_.count(node);
    bool const is_case = node.function == ExpressionFunction::case_of;
    if (count < arity->least || count > arity->most || (is_case && count % 2 == 0))
      add(ExpressionError::Kind::arguments, node,
          fmt::format("{} expects {}, found {}", arity->name, wanted(*arity), count));
    else if (node.function == ExpressionFunction::format)
      judge_format(node, count - 1);
  }

  std::optional<Arity> known(std::string_view name) const {
    for (Arity const& each : known_functions)
      if (same(each.name, name)) return each;
    for (std::string_view const entry : context_) {
      std::optional<Arity> const arity = arity_of(entry);
      if (arity && same(arity->name, name)) return arity;
    }
    return std::nullopt;
  }

  void add_unknown(ExpressionNode const& node) {
    std::string_view const name = expression_.name(node);
    if (has_name(some_functions, name))
      return add(ExpressionError::Kind::function, node,
                 fmt::format("expected a function of this place, found '{}', which is not known in "
                             "it",
                             name));
    std::vector<std::string> names;
    for (Arity const& each : known_functions) names.emplace_back(each.name);
    for (std::string_view const entry : context_)
      if (std::optional<Arity> const arity = arity_of(entry)) names.emplace_back(arity->name);
    add(ExpressionError::Kind::function, node,
        fmt::format("expected a function, found '{}'{}", excerpt(name), did_you_mean(name, names)));
  }

  static std::string wanted(Arity const& arity) {
    if (arity.name == "case") return "an odd number of arguments, 3 or more";
    if (arity.most == 0) return "no arguments";
    auto const most = static_cast<std::int64_t>(arity.most);
    if (arity.least == arity.most) return counted(most, "argument", "arguments");
    if (arity.most == unlimited) return fmt::format("{} or more arguments", arity.least);
    return fmt::format("{} to {} arguments", arity.least, most);
  }

  void judge_format(ExpressionNode const& call, std::size_t arguments) {
    ExpressionNode const& form = *expression_.first(call);
    if (form.kind != Kind::text) return;
    std::string const text = expression_.string_of(form);
    auto const pieces = format_pieces(text, arguments);
    if (pieces || errors_.size() == most_errors) return;
    errors_.push_back({.kind = ExpressionError::Kind::format,
                       .offset = form.begin,
                       .length = form.end - form.begin,
                       .text = pieces.error()});
  }

  Expression const& expression_;
  ExpressionContext context_;
  Errors errors_;
};

/// Errors of a part, told of the whole.
void add_moved(Errors& errors, Errors part, std::size_t by) {
  for (ExpressionError& error : part) {
    if (errors.size() == most_errors) return;
    error.offset += by;
    errors.push_back(std::move(error));
  }
}

std::size_t offset_in(std::string_view part, std::string_view whole) {
  return static_cast<std::size_t>(part.data() - whole.data());
}

/// `${{ insert }}` is no expression: it puts the pairs of a mapping into another.
bool is_insert(std::string_view word) {
  return word.starts_with("insert") && (word.size() == 6 || trim_blanks(word.substr(6, 1)).empty());
}

ExpressionError insert_error(std::string_view word) {
  return {.length = word.size(),
          .text = word.size() == 6 ? "expected `insert` to be all of the text, found text around it"
                                   : "expected nothing after `insert`, found more"};
}

/// What GitHub makes of texts and expressions that stand side by side, `format('a {0}', x)`, must
/// be no longer than any expression; scripts of that length are refused.
class JoinedLength {
 public:
  void add(TemplatePiece const& piece) {
    ++pieces_;
    if (piece.kind == TemplatePiece::Kind::literal) {
      auto const doubled = std::count_if(piece.text.begin(), piece.text.end(),
                                         [](char c) { return c == '\'' || c == '{' || c == '}'; });
      length_ += units_of(piece.text) + static_cast<std::size_t>(doubled);
      return;
    }
    if (expressions_ == 0) first_ = piece;
    length_ += std::to_string(expressions_++).size() + std::string_view("{}, ").size();
    length_ += units_of(trim_blanks(piece.inner));
  }

  bool is_over() const { return pieces_ > 1 && length() > longest_expression; }
  ExpressionError error() const {
    return {.kind = ExpressionError::Kind::length,
            .offset = first_.begin,
            .length = first_.text.size(),
            .text = fmt::format("expected at most {} characters in a text with an expression in "
                                "it, found {}",
                                longest_expression, length())};
  }

 private:
  std::size_t length() const { return length_ + std::string_view("format('')").size(); }

  std::size_t pieces_ = 0;
  std::size_t expressions_ = 0;
  std::size_t length_ = 0;
  TemplatePiece first_;
};

void judge_piece(TemplatePiece const& piece, std::string_view whole, ExpressionContext context,
                 Errors& errors) {
  std::string_view const word = trim_blanks(piece.inner);
  if (word.empty()) {
    errors.push_back({.kind = ExpressionError::Kind::empty,
                      .offset = piece.begin,
                      .length = piece.text.size(),
                      .text = "expected an expression between the braces, found nothing"});
  } else if (is_insert(word)) {
    bool const alone = word.size() == 6 && piece.text.size() == whole.size();
    if (!alone) add_moved(errors, {insert_error(word)}, offset_in(word, whole));
  } else {
    add_moved(errors, judge_expression(word, context), offset_in(word, whole));
  }
}

/// What is over only once GitHub has made it `success() && (...)`.
std::optional<ExpressionError> wrapped_error(Expression const& expression) {
  if (asks_status(expression)) return std::nullopt;
  std::size_t const length =
      units_of(expression.text()) + std::string_view("success() && ()").size();
  ExpressionError error{.length = expression.text().size()};
  if (length > longest_expression) {
    error.kind = ExpressionError::Kind::length;
    error.text = fmt::format(
        "expected at most {} characters with the `success() && ()` that is "
        "added, found {}",
        longest_expression, length);
    return error;
  }
  constexpr int added = 2;
  if (expression.depth() + added <= deepest_expression) return std::nullopt;
  error.kind = ExpressionError::Kind::depth;
  error.text = fmt::format(
      "expected at most {} levels with the `success() && ()` that is added, "
      "found {}",
      deepest_expression, expression.depth() + added);
  return error;
}

Errors judge_bare_condition(std::string_view text, ExpressionContext context) {
  if (text.empty()) return {};
  auto const read = parse_expression(text);
  if (!read) return {read.error()};
  Errors errors = judge_expression(*read, context);
  if (!errors.empty()) return errors;
  if (auto error = wrapped_error(*read)) errors.push_back(*std::move(error));
  return errors;
}

}  // namespace

Errors judge_expression(Expression const& expression, ExpressionContext context) {
  return Judge(expression, context).run();
}

Errors judge_expression(std::string_view text, ExpressionContext context) {
  auto const read = parse_expression(text);
  return read ? judge_expression(*read, context) : Errors{read.error()};
}

Errors judge_template(std::string_view text, ExpressionContext context) {
  Errors errors;
  if (!has_expression(text)) return errors;
  TemplatePieces pieces(text);
  JoinedLength joined;
  for (TemplatePiece piece; errors.size() < most_errors && pieces.next(piece);) {
    if (piece.kind == TemplatePiece::Kind::unclosed) {
      errors.push_back({.kind = ExpressionError::Kind::unclosed,
                        .offset = piece.begin,
                        .length = 3,
                        .text = "expected '}}' after '${{', found the end of the text"});
      return errors;
    }
    joined.add(piece);
    if (piece.kind == TemplatePiece::Kind::expression) judge_piece(piece, text, context, errors);
  }
  if (errors.empty() && joined.is_over()) errors.push_back(joined.error());
  return errors;
}

Errors judge_condition(std::string_view if_text, ExpressionContext context) {
  if (!has_expression(if_text)) {
    std::string_view const word = trim_blanks(if_text);
    Errors errors;
    add_moved(errors, judge_bare_condition(word, context),
              word.empty() ? 0 : offset_in(word, if_text));
    return errors;
  }
  std::optional<std::string> const expression = condition_expression(if_text);
  if (!expression) return judge_template(if_text, context);
  Errors errors = judge_bare_condition(*expression, context);
  // A string alone in braces is taken for an expression; its offsets are not those of the text.
  std::size_t const begin = if_text.find(*expression);
  for (ExpressionError& error : errors) {
    if (begin != std::string_view::npos) {
      error.offset += begin;
    } else {
      error.offset = 0;
      error.length = if_text.size();
    }
  }
  return errors;
}

}  // namespace landfall
