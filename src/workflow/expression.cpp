#include "workflow/expression.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "workflow/functions.h"

namespace landfall {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_begin(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name(char c) {
  return is_name_begin(c) || is_digit(c) || c == '-';
}

Value negated(Value const& value) {
  std::optional<bool> const known = truth(value);
  return known ? Value::of(!*known) : Value{};
}

/// `&&` and `||` yield one of their operands; over what is not known, at best its truth is.
Value both(Value left, Value right) {
  std::optional<bool> const known = truth(left);
  if (known) return *known ? std::move(right) : std::move(left);
  Value value;
  if (truth(right) == false) value.unknown_truth = false;
  return value;
}

Value either(Value left, Value right) {
  std::optional<bool> const known = truth(left);
  if (known) return *known ? std::move(left) : std::move(right);
  Value value;
  if (truth(right) == true) value.unknown_truth = true;
  return value;
}

/// Evaluates while it parses: nothing has side effects, so both sides of `&&` are looked at.
class Evaluator {
 public:
  Evaluator(std::string_view text, Names& names) : rest_(text), names_(names) {}

  Value run() {
    // GitHub's own limit.
    if (rest_.size() > 21'000) return {};
    Value value = disjunction();
    skip();
    return failed_ || !rest_.empty() ? Value{} : value;
  }

 private:
  void skip() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  bool eat(std::string_view token) {
    skip();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  Value broken() {
    failed_ = true;
    rest_ = {};
    return {};
  }

  Value disjunction() {
    constexpr int deepest = 64;
    if (++depth_ > deepest) return broken();
    Value value = conjunction();
    while (eat("||")) value = either(std::move(value), conjunction());
    --depth_;
    return value;
  }

  Value conjunction() {
    Value value = equality();
    while (eat("&&")) value = both(std::move(value), equality());
    return value;
  }

  Value equality() {
    Value value = relation();
    while (true) {
      if (eat("==")) {
        value = equals(value, relation(), names_);
      } else if (eat("!=")) {
        value = negated(equals(value, relation(), names_));
      } else {
        return value;
      }
    }
  }

  Value relation() {
    Value value = unary();
    while (true) {
      if (eat("<=")) {
        value = not_after(value, unary());
      } else if (eat(">=")) {
        Value const left = std::move(value);
        value = not_after(unary(), left);
      } else if (eat("<")) {
        value = before(value, unary());
      } else if (eat(">")) {
        Value const left = std::move(value);
        value = before(unary(), left);
      } else {
        return value;
      }
    }
  }

  Value unary() {
    int negations = 0;
    skip();
    while (rest_.starts_with('!') && !rest_.starts_with("!=")) {
      rest_.remove_prefix(1);
      ++negations;
      skip();
    }
    Value value = primary();
    if (negations == 0) return value;
    Value const once = negated(value);
    return negations % 2 == 1 ? once : negated(once);
  }

  Value primary() {
    skip();
    if (rest_.empty()) return broken();
    char const c = rest_.front();
    if (eat("(")) {
      Value value = disjunction();
      return eat(")") ? value : broken();
    }
    if (c == '\'') return literal();
    if (is_digit(c) || c == '-' || c == '+' || c == '.') return number();
    return is_name_begin(c) ? name() : broken();
  }

  Value literal() {
    std::string text;
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      if (rest_[at] != '\'') {
        text += rest_[at];
      } else if (rest_.substr(at + 1).starts_with('\'')) {
        text += rest_[at++];
      } else {
        rest_.remove_prefix(at + 1);
        return Value::of(std::string_view(text));
      }
    }
    return broken();
  }

  Value number() {
    std::size_t end = 1;
    auto const goes_on = [&](char c) {
      bool const exponent_sign =
          (c == '-' || c == '+') && (rest_[end - 1] == 'e' || rest_[end - 1] == 'E');
      return is_digit(c) || is_name_begin(c) || c == '.' || exponent_sign;
    };
    while (end < rest_.size() && goes_on(rest_[end])) ++end;
    double const value = number_of(rest_.substr(0, end));
    if (std::isnan(value)) return broken();
    rest_.remove_prefix(end);
    return Value::of(value);
  }

  std::string word() {
    std::size_t end = 0;
    while (end < rest_.size() && is_name(rest_[end])) ++end;
    std::string const word(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return word;
  }

  Value name() {
    std::string const first = word();
    skip();
    if (rest_.starts_with('(')) return call(lower(first));
    if (first == "true") return Value::of(true);
    if (first == "false") return Value::of(false);
    if (first == "null") return Value::null();
    if (first == "NaN") return Value::of(std::numeric_limits<double>::quiet_NaN());
    if (first == "Infinity") return Value::of(std::numeric_limits<double>::infinity());
    std::vector<std::string> path{lower(first)};
    bool const certain = follow(path);
    if (failed_ || !certain) return {};
    return names_.lookup(path);
  }

  /// Reads `.x`, `['x']` and `.*`; false if where it leads cannot be told.
  bool follow(std::vector<std::string>& path) {
    bool certain = true;
    while (!failed_) {
      if (eat(".")) {
        skip();
        bool const star = eat("*");
        std::string part = star ? "" : word();
        certain = certain && !star;
        if (!star && part.empty()) broken();
        path.push_back(std::move(part));
      } else if (eat("[")) {
        skip();
        bool const star = eat("*");
        std::optional<std::string> const part = star ? std::nullopt : text_of(disjunction());
        if (!eat("]")) broken();
        certain = certain && part;
        path.push_back(part.value_or(""));
      } else {
        break;
      }
    }
    return certain;
  }

  Value call(std::string const& function) {
    std::vector<Value> arguments;
    eat("(");
    if (!eat(")")) {
      do {
        arguments.push_back(disjunction());
      } while (eat(","));
      if (!eat(")")) return broken();
    }
    Value value = call_function(function, arguments, names_);
    // What a function yields may be looked into; too rarely to be worth more than "not known".
    std::vector<std::string> path{function};
    follow(path);
    return path.size() > 1 ? Value{} : value;
  }

  std::string_view rest_;
  Names& names_;
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace

Value evaluate(std::string_view expression, Names& names) {
  return Evaluator(expression, names).run();
}

std::optional<bool> condition(std::string_view text, Names& names) {
  std::string_view const inner = trim(text);
  if (inner.find("${{") == std::string_view::npos) return truth(evaluate(inner, names));
  bool const one_expression = inner.starts_with("${{") && inner.ends_with("}}") &&
                              inner.find("${{", 3) == std::string_view::npos &&
                              expression_end(inner, 3) == inner.size() - 2;
  if (one_expression) return truth(evaluate(inner.substr(3, inner.size() - 5), names));
  return true;
}

bool asks_status(std::string_view text) {
  bool in_literal = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\'') in_literal = !in_literal;
    if (in_literal || !is_name_begin(text[at]) || (at > 0 && is_name(text[at - 1]))) continue;
    std::size_t end = at;
    while (end < text.size() && is_name(text[end])) ++end;
    std::string const word = lower(text.substr(at, end - at));
    bool const called = trim(text.substr(end)).starts_with('(');
    bool const asks =
        word == "success" || word == "failure" || word == "always" || word == "cancelled";
    if (called && asks) return true;
  }
  return false;
}

std::size_t expression_end(std::string_view text, std::size_t from) {
  bool in_literal = false;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (text[at] == '\'') in_literal = !in_literal;
    if (!in_literal && text.substr(at).starts_with("}}")) return at;
  }
  return std::string_view::npos;
}

}  // namespace landfall
