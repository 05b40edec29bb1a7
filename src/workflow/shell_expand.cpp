#include "workflow/shell_expand.h"

#include <algorithm>

#include "base/text.h"
#include "workflow/expression.h"
#include "workflow/shell_scan.h"

namespace landfall {
namespace {

constexpr int depth_max = 8;

std::optional<std::string> argument(std::string_view name, ShellState const& state) {
  auto const index = parse_integer(name);
  if (!state.has_arguments || !index || *index < 1) return std::nullopt;
  auto const at = static_cast<std::size_t>(*index) - 1;
  return at < state.arguments.size() ? state.arguments[at] : std::string();
}

class Expansion {
 public:
  Expansion(std::string_view raw, std::size_t begin, ShellScope const& scope, bool splits,
            int depth = 0)
      : raw_(raw), begin_(begin), scope_(scope), splits_(splits), depth_(depth) {}

  void run(std::vector<ShellField>& fields) {
    fields_ = &fields;
    while (at_ < raw_.size() && scope_.bytes_left > 0) {
      plain();
      if (at_ < raw_.size() && scope_.bytes_left > 0) piece();
    }
    end_field();
  }

  /// Within a here-document quotes are text.
  void run_document(std::vector<ShellField>& fields) {
    fields_ = &fields;
    in_quotes(raw_.size());
    is_field_ = true;
    end_field();
  }

 private:
  void add(std::string_view text) {
    scope_.bytes_left -= std::min(scope_.bytes_left, text.size() + 1);
    field_ += text;
  }

  void end_field() {
    if (is_field_ || !field_.empty()) {
      scope_.bytes_left -= std::min<std::size_t>(scope_.bytes_left, 32);
      fields_->push_back({std::move(field_), begin_, all_quoted_});
    }
    field_.clear();
    is_field_ = false;
    all_quoted_ = true;
  }

  void piece() {
    char const c = raw_[at_];
    std::size_t const end = std::max(skip_shell_piece(raw_, at_), at_ + 1);
    std::string_view const whole = raw_.substr(at_, end - at_);
    if (c == '\'') {
      is_field_ = true;
      add(inner(whole, 1, '\''));
      at_ = end;
    } else if (c == '"') {
      is_field_ = true;
      ++at_;
      bool const closes = whole.size() > 1 && whole.back() == '"';
      in_quotes(closes ? end - 1 : end);
      at_ = end;
    } else if (c == '$' || c == '`') {
      expansion(whole, false);
      at_ = end;
    } else if (c == '\\') {
      add(whole.substr(whole.starts_with("\\\n") ? 2 : 1));
      all_quoted_ = false;
      at_ = end;
    } else {
      all_quoted_ = false;
      add(whole);
      at_ = end;
    }
  }

  /// Bytes that stand for themselves, at the price of as many pieces.
  void plain() {
    std::size_t const most = (scope_.bytes_left + 1) / 2;
    std::size_t const size = std::min(skip_plain(raw_, at_) - at_, most);
    if (size == 0) return;
    all_quoted_ = false;
    scope_.bytes_left -= std::min(scope_.bytes_left, size * 2);
    field_ += raw_.substr(at_, size);
    at_ += size;
  }

  static std::string_view inner(std::string_view whole, std::size_t width, char close) {
    whole.remove_prefix(std::min(width, whole.size()));
    if (whole.ends_with(close)) whole.remove_suffix(1);
    return whole;
  }

  void in_quotes(std::size_t end) {
    while (at_ < end && scope_.bytes_left > 0) {
      char const c = raw_[at_];
      if (c == '$' || c == '`') {
        std::size_t const next = std::min(std::max(skip_shell_piece(raw_, at_), at_ + 1), end);
        expansion(raw_.substr(at_, next - at_), true);
        at_ = next;
        continue;
      }
      if (c == '\\' && at_ + 1 < end) {
        char const escaped = raw_[at_ + 1];
        bool const is_escape = std::string_view("$`\"\\\n").find(escaped) != std::string_view::npos;
        if (!is_escape) add("\\");
        if (escaped != '\n') add(raw_.substr(at_ + 1, 1));
        at_ += 2;
        continue;
      }
      std::size_t const stop = std::min(raw_.find_first_of("$`\\", at_ + 1), end);
      add(raw_.substr(at_, stop - at_));
      at_ = stop;
    }
  }

  void expansion(std::string_view whole, bool quoted) {
    if (!quoted) all_quoted_ = false;
    if (whole[0] == '`') return substitution(inner(whole, 1, '`'), whole, quoted);
    if (whole.starts_with("$((")) return add(shell_unknown(whole));
    if (whole.starts_with("$(")) return substitution(inner(whole, 2, ')'), whole, quoted);
    if (whole.starts_with("${")) return parameter(inner(whole, 2, '}'), whole, quoted);
    if (whole.starts_with("$'")) {
      is_field_ = true;
      return add(inner(whole, 2, '\''));
    }
    if (whole.size() == 1) return add("$");
    parameter(whole.substr(1), whole, quoted);
  }

  void substitution(std::string_view script, std::string_view whole, bool quoted) {
    std::optional<std::string> const value =
        scope_.substitute == nullptr ? std::nullopt : (*scope_.substitute)(script);
    if (!value) return add(shell_unknown(whole.starts_with('`') ? "`...`" : "$(...)"));
    insert(*value, quoted);
  }

  void parameter(std::string_view text, std::string_view whole, bool quoted) {
    std::size_t end = 0;
    bool const counts = text.starts_with('#') && text.size() > 1;
    if (counts) text.remove_prefix(1);
    if (!text.empty() && is_name_start(text[0]))
      while (end < text.size() && is_name_char(text[end])) ++end;
    else if (!text.empty())
      end = std::min(text.find_first_not_of("0123456789", text[0] >= '0' && text[0] <= '9' ? 0 : 1),
                     text.size());
    std::string_view const name = text.substr(0, end);
    std::string_view operation = text.substr(end);
    bool const is_array = operation.starts_with("[@]") || operation.starts_with("[*]");
    if (is_array) operation.remove_prefix(3);
    bool const is_all = name == "@" || name == "*";
    if ((is_array || is_all) && operation.empty() && !counts && all_of(name, is_all, quoted))
      return;
    std::optional<std::string> const value =
        is_array || is_all || counts ? std::nullopt : shell_variable(name, scope_);
    if (auto const result = applied(value, name, operation)) return insert(*result, quoted);
    add(shell_unknown(whole));
  }

  std::optional<std::string> applied(std::optional<std::string> const& value, std::string_view name,
                                     std::string_view operation) {
    if (operation.empty()) return value;
    std::string_view rest = operation;
    bool const colon = rest.starts_with(':');
    if (colon) rest.remove_prefix(1);
    char const sign = rest.empty() ? '\0' : rest[0];
    bool const is_default = sign == '-' || sign == '=' || sign == '?' || sign == '+';
    if (!is_default) {
      if (!value || !is_known(*value)) return std::nullopt;
      // Patterns are tried at every place.
      scope_.bytes_left -= std::min(scope_.bytes_left, value->size() * value->size());
      return shell_operation(*value, operation);
    }
    if (!value) return std::nullopt;
    // An argument that was not given is unset; the script's own variables are set.
    auto const index = parse_integer(name);
    bool const unset = index && static_cast<std::size_t>(*index) > scope_.state.arguments.size();
    bool const missing = unset || (colon && value->empty());
    if (sign == '+') return missing ? std::string() : word_of(rest.substr(1));
    return missing ? word_of(rest.substr(1)) : *value;
  }

  std::string word_of(std::string_view raw) const {
    if (depth_ >= depth_max) return shell_unknown(raw);
    std::vector<ShellField> fields;
    Expansion(raw, begin_, scope_, false, depth_ + 1).run(fields);
    return fields.empty() ? std::string() : std::move(fields[0].text);
  }

  /// `"$@"` and `"${X[@]}"` are as many words as there are.
  bool all_of(std::string_view name, bool is_arguments, bool quoted) {
    std::vector<std::string> const* values = nullptr;
    if (is_arguments) {
      if (scope_.state.has_arguments) values = &scope_.state.arguments;
    } else if (ShellVariable const* variable = scope_.state.find(name)) {
      if (variable->known) values = &variable->values;
    }
    if (values == nullptr) return false;
    for (std::size_t i = 0; i < values->size() && scope_.bytes_left > 0; ++i) {
      if (i > 0) next_field();
      if (quoted) is_field_ = true;
      quoted ? add((*values)[i]) : insert((*values)[i], false);
    }
    return true;
  }

  void next_field() {
    if (splits_)
      end_field();
    else
      add(" ");
  }

  /// A value in place of an expansion: outside of quotes its blanks end words.
  void insert(std::string_view value, bool quoted) {
    if (quoted || !splits_) {
      is_field_ = is_field_ || quoted;
      return add(value);
    }
    while (!value.empty() && scope_.bytes_left > 0) {
      std::size_t const begin = value.find_first_not_of(" \t\n\r");
      if (begin == std::string_view::npos || begin > 0)
        if (!field_.empty() || is_field_) end_field();
      if (begin == std::string_view::npos) return;
      value.remove_prefix(begin);
      std::size_t end = 0;
      while (end < value.size() &&
             std::string_view(" \t\n\r").find(value[end]) == std::string::npos)
        end = value[end] == unknown_begin ? skip_shell_piece(value, end) : end + 1;
      add(value.substr(0, end));
      value.remove_prefix(end);
    }
  }

  std::string_view raw_;
  std::size_t begin_;
  ShellScope const& scope_;
  bool splits_;
  int depth_;
  std::vector<ShellField>* fields_ = nullptr;
  std::size_t at_ = 0;
  std::string field_;
  bool is_field_ = false;  ///< even if it is empty
  bool all_quoted_ = true;
};

/// Case, length and part of a value.
std::optional<std::string> changed(std::string_view value, std::string_view operation) {
  std::string text(value);
  auto const cased = [&text](char from, std::size_t count) {
    for (std::size_t i = 0; i < std::min(count, text.size()); ++i) {
      char& c = text[i];
      if (c >= from && c < from + 26) c = static_cast<char>(c ^ 0x20);
    }
    return text;
  };
  if (operation == ",,") return cased('A', text.size());
  if (operation == ",") return cased('A', 1);
  if (operation == "^^") return cased('a', text.size());
  if (operation == "^") return cased('a', 1);
  if (!operation.starts_with(':')) return std::nullopt;
  std::vector<std::string> const numbers = split(operation.substr(1), ':');
  auto const from = parse_integer(trim(numbers[0]));
  auto const count =
      numbers.size() > 1 ? parse_integer(numbers[1]) : std::optional<std::int64_t>(1 << 20);
  if (!from || !count || *from < 0 || *count < 0 || numbers.size() > 2) return std::nullopt;
  auto const begin = std::min(static_cast<std::size_t>(*from), text.size());
  return text.substr(begin, static_cast<std::size_t>(*count));
}

/// `#` and `%`: the shortest or longest begin or end that matches is taken away.
std::string without(std::string_view value, std::string_view operation) {
  bool const is_long = operation.size() > 1 && operation[0] == operation[1];
  bool const at_end = operation[0] == '%';
  std::string_view const pattern = operation.substr(is_long ? 2 : 1);
  constexpr std::size_t longest = 256;
  std::size_t const size = std::min(value.size(), longest);
  for (std::size_t i = 0; i <= size; ++i) {
    std::size_t const length = is_long ? size - i : i;
    std::string_view const part =
        at_end ? value.substr(value.size() - length) : value.substr(0, length);
    if (!shell_matches(pattern, part)) continue;
    return std::string(at_end ? value.substr(0, value.size() - length) : value.substr(length));
  }
  return std::string(value);
}

/// `/a/b` and `//a/b` of plain texts.
std::optional<std::string> replaced(std::string_view value, std::string_view operation) {
  bool const all = operation.starts_with("//");
  std::string_view const rest = operation.substr(all ? 2 : 1);
  std::string unescaped;
  std::size_t at = 0;
  for (; at < rest.size() && rest[at] != '/'; ++at) {
    if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
    unescaped += rest[at];
  }
  if (unescaped.empty() || unescaped.find_first_of("*?[$#%'\"") != std::string::npos)
    return std::nullopt;
  std::string_view const with = at < rest.size() ? rest.substr(at + 1) : "";
  if (with.find_first_of("$`'\"&\\") != std::string_view::npos) return std::nullopt;
  if (all) return replace_all(std::string(value), unescaped, with);
  std::string text(value);
  std::size_t const found = text.find(unescaped);
  if (found != std::string::npos) text.replace(found, unescaped.size(), with);
  return text;
}

}  // namespace

void expand_word(std::string_view raw, std::size_t begin, ShellScope const& scope,
                 std::vector<ShellField>& fields) {
  Expansion(raw, begin, scope, true).run(fields);
}

std::string expand_text(std::string_view raw, ShellScope const& scope) {
  std::vector<ShellField> fields;
  Expansion(raw, 0, scope, false).run(fields);
  return fields.empty() ? std::string() : std::move(fields[0].text);
}

std::string expand_document(std::string_view body, ShellScope const& scope) {
  std::vector<ShellField> fields;
  Expansion(body, 0, scope, false).run_document(fields);
  return fields.empty() ? std::string() : std::move(fields[0].text);
}

std::optional<std::string> shell_variable(std::string_view name, ShellScope const& scope) {
  if (name.empty()) return std::nullopt;
  if (!is_name_start(name[0])) return argument(name, scope.state);
  ShellVariable const* own = scope.state.find(name);
  if (own == nullptr) return scope.state.sees_outside() ? scope.outside(name) : std::nullopt;
  if (!own->known) return std::nullopt;
  if (own->values.empty()) return std::string();
  // What is not known at all is better called by the variable's name.
  std::string const& value = own->values[0];
  bool const is_one_mark =
      value.size() > 1 && value[0] == unknown_begin && value.find(unknown_end) == value.size() - 1;
  return is_one_mark ? std::nullopt : std::optional(value);
}

bool shell_matches(std::string_view pattern, std::string_view text) {
  // Goes back to the last star only, which is enough for these patterns.
  constexpr std::size_t longest = 512;
  if (pattern.size() > longest || text.size() > longest) return false;
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    bool const escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    char const c = p < pattern.size() ? pattern[escaped ? p + 1 : p] : '\0';
    if (p < pattern.size() && !escaped && c == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && ((!escaped && c == '?') || c == text[t])) {
      p += escaped ? 2 : 1;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::optional<std::string> shell_operation(std::string_view value, std::string_view operation) {
  if (operation.empty()) return std::string(value);
  if (operation[0] == '#' || operation[0] == '%') {
    bool const plain = operation.find_first_of("$`'\"[") == std::string_view::npos;
    return plain ? std::optional(without(value, operation)) : std::nullopt;
  }
  if (operation[0] == '/') return replaced(value, operation);
  return changed(value, operation);
}

}  // namespace landfall
