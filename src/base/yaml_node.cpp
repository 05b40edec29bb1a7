// What is asked of a tree that is there: values by key, the 1.2 core schema, comments; errors that
// name its file.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/yaml.h"
#include "base/yaml_text.h"

namespace landfall::yaml {
namespace {

bool is_plain(Node const& node) {
  return node.kind == Kind::scalar && node.style == Style::plain;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// `[0-9]* (\. [0-9]*)? ([eE] [-+]? [0-9]+)?` with a digit before the exponent: what from_chars
/// takes beyond that ("nan", "infinity") is no number of YAML.
bool is_decimal(std::string_view text) {
  std::size_t at = 0;
  auto const digits = [&] {
    std::size_t const before = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at > before;
  };
  bool const whole = digits();
  bool const dot = at < text.size() && text[at] == '.';
  if (dot) ++at;
  bool const part = dot && digits();
  if (!whole && !part) return false;
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  return digits() && at == text.size();
}

/// from_chars does not say whether a number is too large or too small for a double: the power of
/// ten of its first digit does.
double out_of_range(std::string_view digits) {
  std::size_t const mantissa = std::min(digits.find_first_of("eE"), digits.size());
  std::size_t const dot = std::min(digits.find('.'), mantissa);
  std::size_t const first = digits.find_first_of("123456789");
  if (first >= mantissa) return 0.0;
  auto const power = static_cast<std::int64_t>(dot) - static_cast<std::int64_t>(first);
  std::string_view exponent = digits.substr(std::min(mantissa + 1, digits.size()));
  bool const is_negative = exponent.starts_with('-');
  if (is_negative || exponent.starts_with('+')) exponent.remove_prefix(1);
  std::int64_t shift = 0;
  for (char const digit : exponent)
    shift = std::min<std::int64_t>(shift * 10 + digit - '0', 1LL << 40);
  return power + (is_negative ? -shift : shift) > 0 ? std::numeric_limits<double>::infinity() : 0.0;
}

/// `#` begins a comment wherever it stands between two tokens.
class CommentFinder {
 public:
  explicit CommentFinder(std::string_view text) : text_(text) {}

  std::vector<Comment> run(Node const& root) {
    visit(root);
    search(text_.size());
    return std::move(comments_);
  }

 private:
  void visit(Node const& node) {
    if (node.alias || node.is_scalar()) return visit_token(node);
    for (Node const& item : node.items) visit(item);
    for (Pair const& pair : node.pairs) {
      visit(pair.key);
      visit(pair.value);
    }
  }

  void visit_token(Node const& node) {
    search(node.begin.byte);
    // The header of a block scalar (`|` or `>-2`) may have a comment behind it.
    bool const has_header =
        !node.alias && (node.style == Style::literal || node.style == Style::folded);
    if (has_header) search(end_of_line(text_, node.begin.byte));
    at_ = std::max<std::size_t>(at_, node.end.byte);
  }

  /// Notes the comments from here to `end`, where the next token begins.
  void search(std::size_t end) {
    while (at_ < end) {
      std::size_t const hash = text_.substr(0, end).find('#', at_);
      if (hash == std::string_view::npos) break;
      at_ = std::min(end_of_line(text_, hash), end);
      mark_ = walked(text_, mark_, hash);
      comments_.push_back({mark_, text_.substr(hash, at_ - hash)});
    }
    at_ = std::max(at_, end);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Mark mark_ = start_of(text_);
  std::vector<Comment> comments_;
};

}  // namespace

std::vector<Comment> find_comments(std::string_view text, Node const& root) {
  return CommentFinder(text).run(root);
}

Node const* Node::find(std::string_view key) const {
  for (Pair const& pair : pairs)
    if (pair.key.text == key) return &pair.value;
  return nullptr;
}

Node const* Node::at(std::string_view path) const {
  Node const* node = this;
  while (node != nullptr) {
    std::size_t const dot = path.find('.');
    node = node->find(path.substr(0, dot));
    if (dot == std::string_view::npos) break;
    path.remove_prefix(dot + 1);
  }
  return node;
}

bool Node::is_null() const {
  if (!is_plain(*this)) return false;
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

std::optional<bool> Node::boolean() const {
  if (!is_plain(*this)) return std::nullopt;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

std::optional<std::int64_t> Node::integer() const {
  if (!is_plain(*this)) return std::nullopt;
  std::string_view digits = text;
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0o")) {
    base = digits[1] == 'x' ? 16 : 8;
    digits.remove_prefix(2);
    if (digits.starts_with('-')) return std::nullopt;
  } else if (digits.starts_with('+')) {
    digits.remove_prefix(1);
    if (digits.starts_with('-')) return std::nullopt;
  }
  std::int64_t value = 0;
  char const* const first = digits.data();
  char const* const last = first + digits.size();
  auto const read = std::from_chars(first, last, value, base);
  if (read.ec != std::errc{} || read.ptr != last) return std::nullopt;
  return value;
}

std::optional<double> Node::number() const {
  if (!is_plain(*this)) return std::nullopt;
  if (auto const whole = integer()) return static_cast<double>(*whole);
  if (text == ".nan" || text == ".NaN" || text == ".NAN")
    return std::numeric_limits<double>::quiet_NaN();
  std::string_view digits = text;
  double const sign = digits.starts_with('-') ? -1.0 : 1.0;
  if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
  if (digits == ".inf" || digits == ".Inf" || digits == ".INF")
    return sign * std::numeric_limits<double>::infinity();
  if (!is_decimal(digits)) return std::nullopt;
  double value = 0;
  auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec == std::errc::result_out_of_range) value = out_of_range(digits);
  return sign * value;
}

std::string_view Node::kind_name() const {
  if (kind == Kind::mapping) return "a mapping";
  if (kind == Kind::sequence) return "a sequence";
  if (is_null()) return "null";
  if (boolean()) return "a boolean";
  if (integer()) return "an integer";
  return "a string";
}

Result<Document> parse(std::string_view text, std::string_view name, Limits limits) {
  auto document = read(std::string(text), limits);
  if (document) return std::move(*document);
  Error error = error_at(name, document.error().mark, document.error().text);
  error.kind = ErrorKind::data;
  return std::unexpected(std::move(error));
}

Error error_at(std::string_view name, Mark mark, std::string_view text) {
  return {ErrorKind::config, fmt::format("{}:{}:{}: {}", name, mark.line, mark.column, text)};
}

}  // namespace landfall::yaml
