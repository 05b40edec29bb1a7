#include "base/yaml_block.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "base/yaml_text.h"

// What is read here must be read exactly as libyaml's scanner reads it; whatever leaves a doubt is
// refused, and costs the time of a second reading. base/yaml_block_test.cpp compares the two.

namespace landfall::yaml {
namespace {

/// libyaml gives up a key that is longer than this.
constexpr std::size_t key_max = 1000;

enum Class : std::uint8_t {
  unusual = 1,      ///< needs a look before anything is read
  ends_plain = 2,   ///< may end a plain scalar of a block
  no_begin = 4,     ///< cannot begin a plain scalar of a block
  flow_begin = 8,   ///< begins a plain scalar between brackets, for certain
  flow_inside = 16  ///< and goes on with it
};

constexpr std::array<std::uint8_t, 256> classes = [] {
  std::array<std::uint8_t, 256> table{};
  auto const add = [&table](std::string_view bytes, Class what) {
    for (char const byte : bytes) table[static_cast<unsigned char>(byte)] |= what;
  };
  for (std::size_t byte = 0; byte < 0x20; ++byte)
    if (byte != '\n' && byte != '\t') table[byte] |= unusual;
  // Where breaks of YAML 1.1, C1 controls, byte order marks and what is no character begin.
  add("\x7F\xC2\xE2\xEF", unusual);
  add("\n\t:#", ends_plain);
  add(" \n\t-?:,[]{}#&*!|>'\"%@`", no_begin);
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./~";
  add(letters, flow_begin);
  add(letters, flow_inside);
  add("-+@*=$%^()<>;\\ ", flow_inside);
  return table;
}();

bool is(char byte, Class what) {
  return (classes[static_cast<unsigned char>(byte)] & what) != 0;
}

/// Does libyaml take these bytes as plain characters and breaks.
bool is_usual(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is(text[at], unusual)) continue;
    std::string_view const rest = text.substr(at, 3);
    bool const is_character =
        (rest.starts_with('\xC2') && rest.size() > 1 && rest[1] >= '\xA0') ||
        (rest.starts_with('\xE2') && rest != "\xE2\x80\xA8" && rest != "\xE2\x80\xA9") ||
        (rest.starts_with('\xEF') && rest != byte_order_mark && !rest.starts_with("\xEF\xBF"));
    if (!is_character) return false;
  }
  return text.ends_with('\n');
}

class BlockReader {
 public:
  BlockReader(std::string_view text, TreeBuilder& tree) : text_(text), tree_(tree) {}

  bool run() {
    if (!is_usual(text_)) return false;
    bool begins = next_line();
    if (!begins && text_.substr(at_, 4) == "---\n") {
      end_line(at_ + 3);
      begins = next_line();
    }
    return begins && !is_over() && block_node(-1, Spot::line) && is_over();
  }

 private:
  using Column = std::ptrdiff_t;
  /// Where a node begins: what may stand there differs.
  enum class Spot { line, entry, value };

  Mark mark(std::size_t byte) const {
    return {line_, static_cast<std::uint32_t>(byte - line_begin_ + 1),
            static_cast<std::uint32_t>(byte)};
  }
  Mark here() const { return mark(at_); }
  char next() const { return text_[at_ + 1]; }
  bool is_over() const { return at_ == text_.size(); }
  void skip_spaces() {
    while (text_[at_] == ' ') ++at_;
  }

  /// To the next line, from a byte that is its break.
  void end_line(std::size_t byte) {
    at_ = byte + 1;
    ++line_;
    line_begin_ = at_;
  }

  std::size_t break_after(std::size_t byte) const { return text_.find('\n', byte); }

  /// Over blank lines and comments to the next thing, whose column is noted.
  bool next_line() {
    while (!is_over()) {
      skip_spaces();
      if (text_[at_] != '\n' && text_[at_] != '#') break;
      end_line(break_after(at_));
    }
    column_ = is_over() ? -1 : static_cast<Column>(at_ - line_begin_);
    std::string_view const begin = text_.substr(at_, 3);
    return column_ != 0 || (begin != "---" && begin != "...");
  }

  /// From behind a token: nothing but a comment may follow it in its line.
  bool next_thing() {
    std::size_t const begin = at_;
    skip_spaces();
    if (text_[at_] == '#' ? at_ == begin : text_[at_] != '\n') return false;
    end_line(break_after(at_));
    return next_line();
  }

  bool is_at_entry() const { return text_[at_] == '-' && (next() == ' ' || next() == '\n'); }

  /// A node in a collection of that column: -1 for the first of all.
  bool block_node(Column parent, Spot spot) {
    char const c = text_[at_];
    if (is_at_entry()) return spot != Spot::value && sequence(column_);
    if (c == '|' || c == '>') return block_scalar(parent);
    if (c == '[' || c == '{') return flow(c) && next_thing() && column_ <= parent;
    Node node;
    if (!scalar(node)) return false;
    if (text_[at_] == ':') return spot != Spot::value && mapping(column_, node);
    // A line that stands deeper goes on with the scalar, or is wrong.
    return tree_.scalar(node) && next_thing() && column_ <= parent;
  }

  bool sequence(Column column) {
    if (!tree_.open({.kind = Kind::sequence, .style = Style::block, .begin = here()})) return false;
    while (column_ == column && is_at_entry()) {
      ++at_;
      if (!content(column, Spot::entry)) return false;
    }
    return column_ <= column && tree_.close({});
  }

  bool mapping(Column column, Node key) {
    if (!tree_.open({.kind = Kind::mapping, .style = Style::block, .begin = key.begin}))
      return false;
    while (true) {
      bool const is_short = at_ - key.begin.byte < key_max;
      ++at_;
      if (!is_short || !tree_.scalar(key) || !content(column, Spot::value)) return false;
      if (column_ < column) return tree_.close({});
      key = {};
      bool const is_key = column_ == column && scalar(key) && text_[at_] == ':';
      if (!is_key) return false;
    }
  }

  /// What follows a `-` or a `:` of a collection in that column.
  bool content(Column column, Spot spot) {
    Mark const begin = here();
    skip_spaces();
    if (text_[at_] != '\n' && text_[at_] != '#') {
      column_ = static_cast<Column>(at_ - line_begin_);
      return block_node(column, spot);
    }
    at_ = begin.byte;
    if (!next_thing()) return false;
    if (column_ > column) return block_node(column, Spot::line);
    // The entries of a key may stand in its column.
    if (spot == Spot::value && column_ == column && is_at_entry()) return sequence(column);
    return tree_.scalar({.text = text_.substr(begin.byte, 0), .begin = begin, .end = begin});
  }

  /// A plain or quoted scalar within its line. Stops at the colon behind a key, else behind it.
  bool scalar(Node& node) {
    char const c = text_[at_];
    if (c != '"' && c != '\'') return plain(node);
    if (!(c == '"' ? double_quoted(node) : single_quoted(node))) return false;
    std::size_t const end = at_;
    skip_spaces();
    if (text_[at_] != ':') at_ = end;
    return text_[at_] != ':' || next() == ' ' || next() == '\n';
  }

  bool plain(Node& node) {
    if (is(text_[at_], no_begin) && (text_[at_] != '-' || is_at_entry())) return false;
    std::size_t const begin = at_;
    while (true) {
      while (!is(text_[at_], ends_plain)) ++at_;
      char const c = text_[at_];
      if (c == '\t') return false;
      if (c == '\n' || (c == '#' && text_[at_ - 1] == ' ')) break;
      if (c == ':' && (next() == ' ' || next() == '\n')) break;
      ++at_;
    }
    finish_plain(node, begin);
    if (text_[at_] != ':') at_ = node.end.byte;
    return true;
  }

  void finish_plain(Node& node, std::size_t begin) {
    std::size_t end = at_;
    while (text_[end - 1] == ' ') --end;
    node.begin = mark(begin);
    node.end = mark(end);
    node.text = text_.substr(begin, end - begin);
  }

  /// `text` is what stands between the quotes, after its escapes.
  void finish_quoted(Node& node, std::size_t begin, Style style) {
    node.style = style;
    node.begin = mark(begin);
    node.end = here();
    std::size_t const size = at_ - begin - 2;
    bool const is_itself = made_.size() == size;
    node.text = is_itself ? text_.substr(begin + 1, size) : tree_.kept(made_);
  }

  bool single_quoted(Node& node) {
    std::size_t const begin = at_++;
    made_.clear();
    while (true) {
      std::size_t const stop = text_.find_first_of("'\n\t", at_);
      if (text_[stop] != '\'') return false;
      made_.append(text_, at_, stop - at_);
      at_ = stop + 1;
      if (text_[at_] != '\'') break;
      made_ += '\'';
      ++at_;
    }
    finish_quoted(node, begin, Style::single_quoted);
    return true;
  }

  bool double_quoted(Node& node) {
    std::size_t const begin = at_++;
    made_.clear();
    while (true) {
      std::size_t const stop = text_.find_first_of("\"\\\n\t", at_);
      made_.append(text_, at_, stop - at_);
      at_ = stop + 1;
      if (text_[stop] == '"') break;
      char const escaped = text_[stop] == '\\' ? text_[at_] : '\0';
      if (escaped != '"' && escaped != '\\' && escaped != 'n' && escaped != 't') return false;
      made_ += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
      ++at_;
    }
    finish_quoted(node, begin, Style::double_quoted);
    return true;
  }

  /// `[...]` or `{...}` in one line.
  bool flow(char open) {
    bool const is_mapping = open == '{';
    char const close = is_mapping ? '}' : ']';
    Kind const kind = is_mapping ? Kind::mapping : Kind::sequence;
    if (!tree_.open({.kind = kind, .style = Style::flow, .begin = here()})) return false;
    ++at_;
    skip_spaces();
    while (text_[at_] != close) {
      if (is_mapping && !flow_key()) return false;
      if (!flow_item()) return false;
      skip_spaces();
      if (text_[at_] == close) break;
      if (text_[at_] != ',') return false;
      ++at_;
      skip_spaces();
    }
    ++at_;
    return tree_.close(here());
  }

  bool flow_key() {
    Node key;
    std::size_t const begin = at_;
    if (!flow_scalar(key) || !tree_.scalar(key)) return false;
    skip_spaces();
    if (text_[at_] != ':' || next() != ' ' || at_ - begin >= key_max) return false;
    ++at_;
    skip_spaces();
    return true;
  }

  bool flow_item() {
    char const c = text_[at_];
    if (c == '[' || c == '{') return flow(c);
    Node node;
    return flow_scalar(node) && tree_.scalar(node);
  }

  bool flow_scalar(Node& node) {
    if (text_[at_] == '\'') return single_quoted(node);
    if (text_[at_] == '"') return double_quoted(node);
    if (!is(text_[at_], flow_begin)) return false;
    std::size_t const begin = at_;
    while (is(text_[at_], flow_inside) || (text_[at_] == ':' && is(next(), flow_begin))) ++at_;
    finish_plain(node, begin);
    return true;
  }

  /// `|` or `>`, in a collection of that column. The steps are those of
  /// yaml_parser_scan_block_scalar.
  bool block_scalar(Column parent) {
    Node node;
    node.begin = here();
    bool const folded = text_[at_++] == '>';
    node.style = folded ? Style::folded : Style::literal;
    char const chomping = text_[at_] == '-' || text_[at_] == '+' ? text_[at_++] : ' ';
    std::size_t const header = at_;
    skip_spaces();
    if (text_[at_] == '#' ? at_ == header : text_[at_] != '\n') return false;
    end_line(break_after(at_));
    made_.clear();
    BlockLines lines{.least = std::max<std::size_t>(static_cast<std::size_t>(parent + 1), 1)};
    if (!blank_lines(lines)) return false;
    bool after_line = false;
    bool after_blank = false;  // the last line began with a blank: it is not folded
    while (!is_over() && at_ - line_begin_ == lines.indent) {
      bool const is_blank = text_[at_] == ' ' || text_[at_] == '\t';
      bool const folds = folded && after_line && !after_blank && !is_blank;
      if (folds && lines.blank == 0) made_ += ' ';
      if (!folds && after_line) made_ += '\n';
      made_.append(lines.blank, '\n');
      lines.blank = 0;
      after_line = true;
      after_blank = is_blank;
      std::size_t const end = break_after(at_);
      made_.append(text_, at_, end - at_);
      end_line(end);
      if (!blank_lines(lines)) return false;
    }
    if (after_line && chomping != '-') made_ += '\n';
    if (chomping == '+') made_.append(lines.blank, '\n');
    node.end = lines.end;
    node.text = tree_.kept(made_);
    return tree_.scalar(node) && next_line() && column_ <= parent;
  }

  /// What is known of a block scalar's lines while they are read.
  struct BlockLines {
    std::size_t least = 1;   ///< columns that they are indented at least
    std::size_t indent = 0;  ///< that they are; 0 before the first is seen
    std::size_t blank = 0;   ///< lines since the last that is not
    Mark end{};              ///< behind the last of all
  };

  /// Over blank lines, into the indentation of the next.
  bool blank_lines(BlockLines& lines) {
    std::size_t widest = 0;
    lines.end = here();
    while (!is_over()) {
      while (text_[at_] == ' ' && (lines.indent == 0 || at_ - line_begin_ < lines.indent)) ++at_;
      std::size_t const column = at_ - line_begin_;
      widest = std::max(widest, column);
      if (text_[at_] == '\t' && (lines.indent == 0 || column < lines.indent)) return false;
      if (text_[at_] != '\n') break;
      ++lines.blank;
      end_line(at_);
      lines.end = here();
    }
    if (lines.indent == 0) lines.indent = std::max(widest, lines.least);
    return true;
  }

  std::string_view text_;
  TreeBuilder& tree_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  std::uint32_t line_ = 1;
  Column column_ = -1;  ///< of the thing that comes next
  std::string made_;    ///< the scalar that is read, where it is not as it stands
};

}  // namespace

bool read_block(std::string_view text, TreeBuilder& tree) {
  return BlockReader(text, tree).run();
}

}  // namespace landfall::yaml
