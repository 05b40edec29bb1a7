#include "workflow/edit.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "base/text.h"
#include "workflow/schema.h"

namespace landfall {
namespace {

using yaml::Node;
using yaml::Pair;
using yaml::Style;

Error refusal(std::string_view why) {
  return {ErrorKind::data, fmt::format("cannot be changed safely: {}; change it by hand", why)};
}

/// Of two mappings or sequences: is the new one as it should be?
using Expectation = std::function<bool(Node const& was, Node const& is)>;

/// Equal but for places and styles, and for what is expected of the one that changes.
bool same(Node const& was, Node const& is, Node const* changed, Expectation const& expected);

bool same_pair(Pair const& was, Pair const& is, Node const* changed, Expectation const& expected) {
  return same(was.key, is.key, changed, expected) && same(was.value, is.value, changed, expected);
}

bool same(Node const& was, Node const& is, Node const* changed, Expectation const& expected) {
  // What an alias shares would change there too.
  if (was.alias) changed = nullptr;
  if (changed != nullptr && &was == changed) return expected(was, is);
  if (was.kind != is.kind || was.text != is.text) return false;
  return std::equal(was.items.begin(), was.items.end(), is.items.begin(), is.items.end(),
                    [&](Node const& a, Node const& b) { return same(a, b, changed, expected); }) &&
         std::equal(
             was.pairs.begin(), was.pairs.end(), is.pairs.begin(), is.pairs.end(),
             [&](Pair const& a, Pair const& b) { return same_pair(a, b, changed, expected); });
}

bool same(Node const& was, Node const& is) {
  return same(was, is, nullptr, nullptr);
}

bool same(Pair const& was, Pair const& is) {
  return same(was.key, is.key) && same(was.value, is.value);
}

/// Are all comments that no edit covers still there, where they must be now?
bool keeps_comments(yaml::Document const& before, yaml::Document const& after,
                    std::span<TextEdit const> edits) {
  std::vector<yaml::Comment> const now = after.comments();
  std::size_t next = 0;
  for (yaml::Comment const& comment : before.comments()) {
    std::ptrdiff_t shift = 0;
    bool covered = false;
    for (TextEdit const& edit : edits) {
      covered = covered || (comment.begin.byte >= edit.begin && comment.begin.byte < edit.end);
      if (edit.end <= comment.begin.byte)
        shift += static_cast<std::ptrdiff_t>(edit.text.size()) -
                 static_cast<std::ptrdiff_t>(edit.end - edit.begin);
    }
    if (covered) continue;
    auto const place = static_cast<std::ptrdiff_t>(comment.begin.byte) + shift;
    while (next < now.size() && static_cast<std::ptrdiff_t>(now[next].begin.byte) < place) ++next;
    if (next == now.size() || static_cast<std::ptrdiff_t>(now[next].begin.byte) != place ||
        now[next].text != comment.text)
      return false;
  }
  return true;
}

Result<> check(yaml::Document const& document, std::span<TextEdit const> edits, Node const& changed,
               Expectation const& expected) {
  auto const after = yaml::read(edited(document.text(), {edits.begin(), edits.end()}));
  if (!after) return std::unexpected(refusal(after.error().text));
  if (!same(document.root(), after->root(), &changed, expected))
    return std::unexpected(refusal("the result would differ in more than that"));
  if (!keeps_comments(document, *after, edits))
    return std::unexpected(refusal("a comment would be lost"));
  return {};
}

Result<TextEdit> checked(yaml::Document const& document, TextEdit edit, Node const& changed,
                         Expectation const& expected) {
  TRY(check(document, std::span(&edit, 1), changed, expected));
  return edit;
}

/// The edit, if with it a mapping has these pairs, or a sequence these items.
Result<TextEdit> leaving(yaml::Document const& document, TextEdit edit, Node const& changed,
                         std::span<Pair const> pairs, std::span<Node const> items) {
  return checked(document, std::move(edit), changed, [&](Node const& was, Node const& is) {
    return is.kind == was.kind &&
           std::equal(pairs.begin(), pairs.end(), is.pairs.begin(), is.pairs.end(),
                      [](Pair const& a, Pair const& b) { return same(a, b); }) &&
           std::equal(items.begin(), items.end(), is.items.begin(), is.items.end(),
                      [](Node const& a, Node const& b) { return same(a, b); });
  });
}

std::string_view line_end_of(std::string_view text) {
  auto const newline = text.find('\n');
  return newline != std::string_view::npos && newline > 0 && text[newline - 1] == '\r' ? "\r\n"
                                                                                       : "\n";
}

std::size_t line_start(std::string_view text, std::size_t byte) {
  auto const newline = byte == 0 ? std::string_view::npos : text.rfind('\n', byte - 1);
  return newline == std::string_view::npos ? 0 : newline + 1;
}

/// The first byte of the line after the one that `byte` ends in.
std::size_t next_line(std::string_view text, std::size_t byte) {
  if (byte > 0 && byte <= text.size() && text[byte - 1] == '\n') return byte;
  auto const newline = text.find('\n', byte);
  return newline == std::string_view::npos ? text.size() : newline + 1;
}

/// Behind the last line of something that ends at `byte`, blank lines after it left out: a block
/// scalar may end behind them.
std::size_t behind(std::string_view text, std::size_t byte) {
  std::size_t at = next_line(text, byte);
  while (at > 0) {
    std::size_t const before = line_start(text, at - 1);
    if (before == at || !trim(text.substr(before, at - before)).empty()) break;
    at = before;
  }
  return at;
}

/// Where the comment lines right above the line at `begin` start, but not before `floor`.
std::size_t above_comments(std::string_view text, std::size_t begin, std::size_t floor) {
  while (begin > floor) {
    std::size_t const before = line_start(text, begin - 1);
    if (before < floor || !trim(text.substr(before, begin - before)).starts_with('#')) break;
    begin = before;
  }
  return begin;
}

bool is_blank_line_before(std::string_view text, std::size_t begin, std::size_t floor) {
  if (begin == 0 || begin <= floor) return false;
  std::size_t const before = line_start(text, begin - 1);
  return before >= floor && trim(text.substr(before, begin - before)).empty();
}

/// Takes the comments right above whole lines that are cut, and one of the empty lines that they
/// stood between.
void take_surroundings(std::string_view text, std::size_t floor, TextEdit& cut) {
  cut.begin = above_comments(text, cut.begin, floor);
  std::size_t const next = next_line(text, cut.end + 1);
  bool const is_parted = is_blank_line_before(text, cut.begin, floor);
  if (is_parted && cut.end < text.size() && trim(text.substr(cut.end, next - cut.end)).empty())
    cut.end = next;
}

/// A text of whole lines at `at`, which begins a line, or is the end of a text without a last one.
TextEdit insertion(std::string_view text, std::size_t at, std::string lines) {
  std::string_view const end = line_end_of(text);
  if (at == text.size() && at > 0 && text[at - 1] != '\n') {
    lines.insert(0, end);
    lines.resize(lines.size() - end.size());
  }
  return {at, at, std::move(lines)};
}

/// The column of an item's dash, nullopt where something else stands on its line.
std::optional<std::size_t> dash_column(std::string_view text, Node const& item) {
  std::size_t const begin = line_start(text, item.begin.byte);
  std::string_view const before = text.substr(begin, item.begin.byte - begin);
  std::size_t const dash = before.find_first_not_of(' ');
  if (dash == std::string_view::npos || before[dash] != '-') return std::nullopt;
  if (before.find_first_not_of(' ', dash + 1) != std::string_view::npos) return std::nullopt;
  return dash;
}

/// Can the text stand plain as a value in a block? Errs to no.
bool can_be_plain(std::string_view text) {
  if (text.empty() || text == "~" || trim(text) != text) return false;
  constexpr std::string_view special = "-?:,[]{}#&*!|>'\"%@`=<";
  if (special.find(text[0]) != std::string_view::npos) return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos ||
      text.ends_with(':'))
    return false;
  return std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) >= 0x7F;
  });
}

bool can_be_single_quoted(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
}

std::string in_single_quotes(std::string_view text) {
  return replace_all(std::string(text), "'", "''");
}

std::string in_double_quotes(std::string_view text) {
  std::string made;
  for (char const c : text) {
    if (c == '"' || c == '\\') {
      made += '\\';
      made += c;
    } else if (c == '\n') {
      made += "\\n";
    } else if (c == '\t') {
      made += "\\t";
    } else if (static_cast<unsigned char>(c) < ' ' || c == '\x7F') {
      made += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      made += c;
    }
  }
  return made;
}

/// The body of a block scalar at the indentation that it has; its header stays.
Result<TextEdit> block_body(std::string_view text, Node const& scalar, std::string_view value) {
  std::size_t const begin = next_line(text, scalar.begin.byte + 1);
  std::size_t const first = std::min(text.find_first_not_of(" \r\n", begin), text.size());
  if (first >= scalar.end.byte) return std::unexpected(refusal("it is empty"));
  std::string const indent(first - line_start(text, first), ' ');
  std::string_view const end = line_end_of(text);
  std::string body;
  for (std::string const& line : lines_of(value))
    body += (line.empty() ? "" : indent + line) + std::string(end);
  return TextEdit{begin, behind(text, scalar.end.byte), std::move(body)};
}

bool is_in_flow(Node const& node, Node const& wanted, bool in_flow) {
  if (&node == &wanted) return in_flow;
  bool const inner = in_flow || node.style == Style::flow;
  for (Node const& item : node.items)
    if (is_in_flow(item, wanted, inner)) return true;
  for (Pair const& pair : node.pairs)
    if (is_in_flow(pair.value, wanted, inner)) return true;
  return false;
}

std::string scalar_text(std::string_view value, bool in_flow) {
  bool const plain =
      can_be_plain(value) && (!in_flow || value.find_first_of(",[]{}") == std::string_view::npos);
  if (plain) return std::string(value);
  if (can_be_single_quoted(value)) return "'" + in_single_quotes(value) + "'";
  return '"' + in_double_quotes(value) + '"';
}

Result<TextEdit> scalar_edit(yaml::Document const& document, Node const& scalar,
                             std::string_view value) {
  TextEdit edit{scalar.begin.byte, scalar.end.byte, {}};
  switch (scalar.style) {
    case Style::literal:
    case Style::folded:
      return block_body(document.text(), scalar, value);
    case Style::single_quoted:
      if (!can_be_single_quoted(value)) break;
      edit.text = "'" + in_single_quotes(value) + "'";
      return edit;
    case Style::double_quoted:
      break;
    case Style::plain:
    case Style::block:
    case Style::flow:
      edit.text = scalar_text(value, is_in_flow(document.root(), scalar, false));
      // A key without a value ends at its colon.
      if (edit.begin == edit.end) edit.text.insert(0, " ");
      return edit;
  }
  edit.text = '"' + in_double_quotes(value) + '"';
  return edit;
}

std::string indented(std::span<std::string const> lines, std::string const& first,
                     std::string const& rest, std::string_view end) {
  std::string made;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].empty()) made += i == 0 ? first : rest;
    made += lines[i] + std::string(end);
  }
  return made;
}

Result<yaml::Document> fragment(std::span<std::string const> lines) {
  auto document = yaml::read(join({lines.begin(), lines.end()}, "\n") + "\n");
  if (!document) return std::unexpected(refusal(document.error().text));
  return std::move(*document);
}

}  // namespace

std::string edited(std::string_view text, std::vector<TextEdit> edits) {
  std::stable_sort(edits.begin(), edits.end(), [](TextEdit const& a, TextEdit const& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::string made;
  std::size_t at = 0;
  for (TextEdit const& edit : edits) {
    require(edit.begin >= at && edit.end >= edit.begin && edit.end <= text.size(),
            "edits overlap or leave the text");
    made += text.substr(at, edit.begin - at);
    made += edit.text;
    at = edit.end;
  }
  return made + std::string(text.substr(at));
}

std::string yaml_scalar(std::string_view text) {
  return scalar_text(text, false);
}

Result<TextEdit> replace_scalar(yaml::Document const& document, Node const& scalar,
                                std::string_view value) {
  if (!scalar.is_scalar() || scalar.alias)
    return std::unexpected(refusal("it is no scalar of its own"));
  TextEdit edit = TRY(scalar_edit(document, scalar, value));
  return checked(document, std::move(edit), scalar,
                 [&](Node const&, Node const& is) { return is.is_scalar() && is.text == value; });
}

Result<TextEdit> rewrite_scalar(yaml::Document const& document, Node const& scalar,
                                std::string_view source, std::string_view value) {
  if (!scalar.is_scalar() || scalar.alias)
    return std::unexpected(refusal("it is no scalar of its own"));
  return checked(document, {scalar.begin.byte, scalar.end.byte, std::string(source)}, scalar,
                 [&](Node const&, Node const& is) { return is.is_scalar() && is.text == value; });
}

Result<std::vector<TextEdit>> replace_in_scalar(yaml::Document const& document, Node const& scalar,
                                                std::span<ScalarChange const> changes) {
  if (!scalar.is_scalar() || scalar.alias)
    return std::unexpected(refusal("it is no scalar of its own"));
  std::vector<TextEdit> edits;
  std::string value;
  std::size_t at = 0;
  for (ScalarChange const& change : changes) {
    require(change.begin >= at && change.end >= change.begin && change.end <= scalar.text.size(),
            "changes of a scalar overlap or leave it");
    value += std::string(scalar.text.substr(at, change.begin - at)) + change.text;
    at = change.end;
    std::string made = change.text;
    if (scalar.style == Style::single_quoted) made = in_single_quotes(made);
    if (scalar.style == Style::double_quoted) made = in_double_quotes(made);
    edits.push_back({mark_in(scalar, document.text(), change.begin).byte,
                     mark_in(scalar, document.text(), change.end).byte, std::move(made)});
  }
  value += scalar.text.substr(at);
  auto const tried = check(document, edits, scalar, [&](Node const&, Node const& is) {
    return is.is_scalar() && is.text == value;
  });
  if (tried) return edits;
  // What could stand plain may need quotes now.
  if (scalar.style != Style::plain) return std::unexpected(tried.error());
  return std::vector{TRY(replace_scalar(document, scalar, value))};
}

Result<TextEdit> set_key(yaml::Document const& document, Node const& mapping, std::string_view key,
                         std::string_view value) {
  if (Node const* known = mapping.find(key)) return replace_scalar(document, *known, value);
  if (!mapping.is_mapping() || mapping.alias || mapping.pairs.empty())
    return std::unexpected(refusal("it is no mapping with a key of its own"));
  if (mapping.style != Style::flow) {
    std::string const line = yaml_scalar(key) + ": " + yaml_scalar(value);
    return insert_pairs(document, mapping, mapping.pairs.size(), std::span(&line, 1));
  }
  std::string const pair = scalar_text(key, true) + ": " + scalar_text(value, true);
  yaml::Document const added = TRY(fragment(std::span(&pair, 1)));
  std::vector<Pair> wanted(mapping.pairs.begin(), mapping.pairs.end());
  wanted.insert(wanted.end(), added.root().pairs.begin(), added.root().pairs.end());
  std::size_t const at = mapping.pairs.back().value.end.byte;
  return leaving(document, {at, at, ", " + pair}, mapping, wanted, {});
}

Result<TextEdit> insert_pairs(yaml::Document const& document, Node const& mapping,
                              std::size_t index, std::span<std::string const> lines) {
  if (!mapping.is_mapping() || mapping.alias || mapping.style == Style::flow ||
      mapping.pairs.empty() || index > mapping.pairs.size())
    return std::unexpected(refusal("it is no block of keys of its own"));
  yaml::Document const added = TRY(fragment(lines));
  std::string_view const text = document.text();
  std::string_view const end = line_end_of(text);
  std::span<Pair const> const pairs = mapping.pairs;
  std::string const indent(pairs[0].key.begin.column - 1, ' ');
  TextEdit edit;
  if (index == pairs.size()) {
    edit = insertion(text, behind(text, pairs.back().value.end.byte),
                     indented(lines, indent, indent, end));
  } else if (index == 0) {
    // Behind the dash, if the mapping is an item.
    edit.begin = edit.end = pairs[0].key.begin.byte;
    edit.text = indented(lines, "", indent, end) + indent;
  } else {
    std::size_t const at = above_comments(text, line_start(text, pairs[index].key.begin.byte),
                                          next_line(text, pairs[index - 1].value.end.byte));
    edit = insertion(text, at, indented(lines, indent, indent, end));
  }
  std::span<Pair const> const fresh = added.root().pairs;
  std::vector<Pair> wanted(mapping.pairs.begin(), mapping.pairs.end());
  wanted.insert(wanted.begin() + static_cast<std::ptrdiff_t>(index), fresh.begin(), fresh.end());
  return leaving(document, std::move(edit), mapping, wanted, {});
}

Result<TextEdit> remove_pair(yaml::Document const& document, Node const& mapping,
                             std::string_view key, CommentsAbove above) {
  std::span<Pair const> const pairs = mapping.pairs;
  auto const found = std::find_if(pairs.begin(), pairs.end(),
                                  [&](Pair const& pair) { return pair.key.text == key; });
  if (found == pairs.end() || pairs.size() == 1 || mapping.alias)
    return std::unexpected(refusal("it is no mapping with that key and another"));
  auto const index = static_cast<std::size_t>(found - pairs.begin());
  std::string_view const text = document.text();
  std::size_t const begin = line_start(text, found->key.begin.byte);
  bool const opens_line = trim(text.substr(begin, found->key.begin.byte - begin)).empty();
  TextEdit edit;
  if (mapping.style == Style::flow && index > 0) {
    edit = {pairs[index - 1].value.end.byte, found->value.end.byte, {}};
  } else if (mapping.style != Style::flow && opens_line) {
    edit = {begin, behind(text, found->value.end.byte), {}};
    if (above == CommentsAbove::go)
      take_surroundings(text, index == 0 ? 0 : next_line(text, pairs[index - 1].value.end.byte),
                        edit);
  } else if (index == 0) {
    // What stands behind a dash or a bracket: the next key moves there.
    edit = {found->key.begin.byte, pairs[1].key.begin.byte, {}};
    for (yaml::Comment const& comment : document.comments())
      if (comment.begin.byte > next_line(text, found->value.end.byte) &&
          comment.begin.byte < edit.end)
        return std::unexpected(refusal("a comment would be lost"));
  } else {
    return std::unexpected(refusal("it shares its line"));
  }
  std::vector<Pair> wanted(mapping.pairs.begin(), mapping.pairs.end());
  wanted.erase(wanted.begin() + static_cast<std::ptrdiff_t>(index));
  return leaving(document, std::move(edit), mapping, wanted, {});
}

Result<TextEdit> insert_item(yaml::Document const& document, Node const& sequence,
                             std::size_t index, std::span<std::string const> lines) {
  std::span<Node const> const items = sequence.items;
  if (!sequence.is_sequence() || sequence.alias || sequence.style == Style::flow || items.empty() ||
      index > items.size())
    return std::unexpected(refusal("it is no block of items of its own"));
  yaml::Document const added = TRY(fragment(lines));
  std::string_view const text = document.text();
  Node const& model = items[std::min(index, items.size() - 1)];
  auto const dash = dash_column(text, model);
  if (!dash) return std::unexpected(refusal("its items do not stand behind a dash"));
  std::size_t const width = model.begin.column - 1 - *dash;
  std::string const first = std::string(*dash, ' ') + "-" + std::string(width - 1, ' ');
  std::string_view const end = line_end_of(text);
  std::string made = indented(lines, first, std::string(*dash + width, ' '), end);
  // Where one item starts, comments above it included.
  auto const start = [&](std::size_t i) {
    std::size_t const floor = i == 0 ? 0 : next_line(text, items[i - 1].end.byte);
    return above_comments(text, line_start(text, items[i].begin.byte), floor);
  };
  auto const is_parted = [&](std::size_t i) {
    return i > 0 && i < items.size() &&
           is_blank_line_before(text, start(i), items[i - 1].begin.byte);
  };
  bool const parted = is_parted(index) || (index == 0 && is_parted(1)) ||
                      (index == items.size() && is_parted(index - 1));
  std::size_t const at = index < items.size() ? start(index) : behind(text, items.back().end.byte);
  if (parted && index < items.size()) made += end;
  if (parted && index == items.size()) made.insert(0, end);
  std::vector<Node> wanted(items.begin(), items.end());
  wanted.insert(wanted.begin() + static_cast<std::ptrdiff_t>(index), added.root());
  return leaving(document, insertion(text, at, std::move(made)), sequence, {}, wanted);
}

Result<TextEdit> remove_item(yaml::Document const& document, Node const& sequence,
                             std::size_t index) {
  std::span<Node const> const items = sequence.items;
  if (!sequence.is_sequence() || sequence.alias || items.size() < 2 || index >= items.size())
    return std::unexpected(refusal("it is no sequence with that item and another"));
  std::string_view const text = document.text();
  TextEdit edit;
  if (sequence.style == Style::flow) {
    edit = index > 0 ? TextEdit{items[index - 1].end.byte, items[index].end.byte, {}}
                     : TextEdit{items[0].begin.byte, items[1].begin.byte, {}};
  } else {
    if (!dash_column(text, items[index]))
      return std::unexpected(refusal("its items do not stand behind a dash"));
    std::size_t const floor = index == 0 ? 0 : next_line(text, items[index - 1].end.byte);
    edit.begin = line_start(text, items[index].begin.byte);
    edit.end = behind(text, items[index].end.byte);
    take_surroundings(text, floor, edit);
  }
  std::vector<Node> wanted(items.begin(), items.end());
  wanted.erase(wanted.begin() + static_cast<std::ptrdiff_t>(index));
  return leaving(document, std::move(edit), sequence, {}, wanted);
}

}  // namespace landfall
