#include "base/yaml.h"

#include <fmt/core.h>
#include <yaml.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <numeric>

#include "base/text.h"

// libyaml scans and yields events; the tree, its limits and its judgement are ours. libyaml counts
// code points and breaks lines at characters that no editor does, so every mark is made anew from
// the byte that it names.

namespace landfall::yaml {
namespace {

constexpr std::size_t depth_max = 100;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// What is shown of a key or a name in an error: not megabytes of it.
std::string excerpt(std::string_view text) {
  constexpr std::size_t shown = 60;
  if (text.size() <= shown) return std::string(text);
  std::size_t end = shown;
  while (end > 0 && is_continuation(text[end])) --end;
  return std::string(text.substr(0, end)) + "...";
}

/// From libyaml's index of a code point to a byte, and from a byte to line and column.
class Positions {
 public:
  Positions(std::string_view text, std::size_t offset) : text_(text), offset_(offset) {
    std::size_t points = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (!is_continuation(text[i]) && points++ % stride == 0) steps_.push_back(i);
      bool const lone_return = text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
      if (text[i] == '\n' || lone_return) lines_.push_back(i + 1);
    }
  }

  std::size_t byte_of(std::size_t index) const {
    std::size_t const step = index / stride;
    if (step >= steps_.size()) return text_.size();
    std::size_t byte = steps_[step];
    for (std::size_t left = index % stride; left > 0 && byte < text_.size(); --left) {
      ++byte;
      while (byte < text_.size() && is_continuation(text_[byte])) ++byte;
    }
    return byte;
  }

  Mark at_byte(std::size_t byte) const {
    byte = std::min(byte, text_.size());
    auto const after = std::upper_bound(lines_.begin(), lines_.end(), byte);
    return {static_cast<std::size_t>(after - lines_.begin()), byte - *(after - 1) + 1,
            byte + offset_};
  }

  Mark at(yaml_mark_t const& mark) const { return at_byte(byte_of(mark.index)); }

 private:
  static constexpr std::size_t stride = 64;
  std::string_view text_;
  std::size_t offset_;              ///< bytes of a mark before the text
  std::vector<std::size_t> steps_;  ///< the byte of every 64th code point
  std::vector<std::size_t> lines_{0};
};

struct Scanner {
  explicit Scanner(std::string_view text) {
    require(yaml_parser_initialize(&raw) == 1, "libyaml could not start");
    yaml_parser_set_encoding(&raw, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&raw, reinterpret_cast<unsigned char const*>(text.data()),
                                 text.size());
  }
  ~Scanner() { yaml_parser_delete(&raw); }
  Scanner(Scanner const&) = delete;
  Scanner& operator=(Scanner const&) = delete;

  yaml_parser_t raw;
};

struct Event {
  Event() = default;
  ~Event() { yaml_event_delete(&raw); }
  Event(Event const&) = delete;
  Event& operator=(Event const&) = delete;

  yaml_event_t raw{};
};

std::string text_of(yaml_char_t const* text) {
  return text == nullptr ? std::string() : reinterpret_cast<char const*>(text);
}

struct Size {
  std::size_t nodes = 0;
  std::size_t bytes = 0;
  std::size_t height = 0;
};

Size size_of(Node const& node) {
  Size size{1, node.text.size(), 0};
  auto const add = [&size](Node const& child) {
    Size const inner = size_of(child);
    size.nodes += inner.nodes;
    size.bytes += inner.bytes;
    size.height = std::max(size.height, inner.height);
  };
  for (Node const& item : node.items) add(item);
  for (Pair const& pair : node.pairs) {
    add(pair.key);
    add(pair.value);
  }
  if (node.kind != Kind::scalar) ++size.height;
  return size;
}

Style style_of(yaml_scalar_style_t style) {
  switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
      return Style::single_quoted;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
      return Style::double_quoted;
    case YAML_LITERAL_SCALAR_STYLE:
      return Style::literal;
    case YAML_FOLDED_SCALAR_STYLE:
      return Style::folded;
    case YAML_ANY_SCALAR_STYLE:
    case YAML_PLAIN_SCALAR_STYLE:
      return Style::plain;
  }
  return Style::plain;
}

struct Frame {
  Node node;
  std::optional<Node> key;  ///< of the pair whose value is to come
};

class Builder {
 public:
  Builder(std::string_view text, std::string_view name, Limits limits, std::size_t offset)
      : text_(text), name_(name), limits_(limits), at_(text, offset) {}

  Result<Node> run() {
    Scanner scanner(text_);
    while (true) {
      Event event;
      if (yaml_parser_parse(&scanner.raw, &event.raw) == 0) return scan_error(scanner.raw);
      if (event.raw.type == YAML_STREAM_END_EVENT) break;
      TRY(take(event.raw));
    }
    if (root_) return std::move(*root_);
    return Node{};
  }

 private:
  std::unexpected<Error> refuse(Mark mark, std::string_view what) const {
    Error error = error_at(name_, mark, what);
    error.kind = ErrorKind::data;
    return std::unexpected(std::move(error));
  }

  std::unexpected<Error> scan_error(yaml_parser_t const& parser) const {
    require(parser.error != YAML_MEMORY_ERROR, "out of memory");
    std::string_view const problem = parser.problem == nullptr ? "unknown" : parser.problem;
    // The reader stands before the scanner and knows bytes only.
    if (parser.error == YAML_READER_ERROR)
      return refuse(at_.at_byte(parser.problem_offset), fmt::format("not YAML: {}", problem));
    std::string what = fmt::format("not YAML: {}", problem);
    if (parser.context != nullptr) what += fmt::format(" ({})", parser.context);
    return refuse(at_.at(parser.problem_mark), what);
  }

  Result<> take(yaml_event_t const& event) {
    switch (event.type) {
      case YAML_NO_EVENT:
      case YAML_STREAM_START_EVENT:
      case YAML_STREAM_END_EVENT:
      case YAML_DOCUMENT_END_EVENT:
        return {};
      case YAML_DOCUMENT_START_EVENT:
        if (!root_) return {};
        return refuse(at_.at(event.start_mark), "a second document: expected one only");
      case YAML_ALIAS_EVENT:
        return take_alias(event);
      case YAML_SCALAR_EVENT:
        return take_scalar(event);
      case YAML_SEQUENCE_START_EVENT:
        return take_sequence(event);
      case YAML_MAPPING_START_EVENT:
        return take_mapping(event);
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        return close(event);
    }
    return {};
  }

  Result<> take_sequence(yaml_event_t const& event) {
    auto const& start = event.data.sequence_start;
    TRY(check_tag(event, start.tag));
    bool const flow = start.style == YAML_FLOW_SEQUENCE_STYLE;
    return open(event, Kind::sequence, flow ? Style::flow : Style::block, start.anchor);
  }

  Result<> take_mapping(yaml_event_t const& event) {
    auto const& start = event.data.mapping_start;
    TRY(check_tag(event, start.tag));
    bool const flow = start.style == YAML_FLOW_MAPPING_STYLE;
    return open(event, Kind::mapping, flow ? Style::flow : Style::block, start.anchor);
  }

  Result<> check_tag(yaml_event_t const& event, yaml_char_t const* tag) const {
    if (tag == nullptr) return {};
    static constexpr std::string_view known[] = {"!",           YAML_STR_TAG,  YAML_INT_TAG,
                                                 YAML_BOOL_TAG, YAML_NULL_TAG, YAML_FLOAT_TAG,
                                                 YAML_SEQ_TAG,  YAML_MAP_TAG};
    std::string const name = text_of(tag);
    if (std::find(std::begin(known), std::end(known), name) != std::end(known)) return {};
    return refuse(
        at_.at(event.start_mark),
        fmt::format("tag '{}': expected no tags but those of YAML itself", excerpt(name)));
  }

  /// libyaml begins a node at its anchor or tag; we, at its value.
  Mark begin_of(yaml_event_t const& event, bool has_properties) const {
    std::size_t const end = at_.byte_of(event.end_mark.index);
    std::size_t byte = at_.byte_of(event.start_mark.index);
    if (!has_properties) return at_.at_byte(byte);
    while (byte < end && (text_[byte] == '&' || text_[byte] == '!' || text_[byte] == '#')) {
      std::string_view const ends = text_[byte] == '#' ? "\r\n" : " \t\r\n,]}";
      std::size_t const after = std::min(text_.find_first_of(ends, byte), text_.size());
      byte = std::min(text_.find_first_not_of(" \t\r\n", after), end);
    }
    return at_.at_byte(byte);
  }

  Result<> count(Mark mark, Size added) {
    nodes_ += added.nodes;
    copied_bytes_ += added.bytes;
    if (nodes_ > limits_.nodes)
      return refuse(mark,
                    fmt::format("over {} nodes (aliases count as what they name)", limits_.nodes));
    if (copied_bytes_ > limits_.bytes)
      return refuse(mark, fmt::format("aliases repeat over {} bytes of text", limits_.bytes));
    return {};
  }

  Result<> take_scalar(yaml_event_t const& event) {
    auto const& scalar = event.data.scalar;
    TRY(check_tag(event, scalar.tag));
    Node node;
    node.text.assign(reinterpret_cast<char const*>(scalar.value), scalar.length);
    node.style = style_of(scalar.style);
    node.anchor = text_of(scalar.anchor);
    // `!!str 1` is a string: a quoted style says so to all who ask for its kind.
    std::string const tag = text_of(scalar.tag);
    if (node.style == Style::plain && (tag == "!" || tag == YAML_STR_TAG))
      node.style = Style::double_quoted;
    node.begin = begin_of(event, scalar.anchor != nullptr || scalar.tag != nullptr);
    node.end = at_.at(event.end_mark);
    TRY(count(node.begin, {1, 0, 0}));
    return add(std::move(node));
  }

  Result<> open(yaml_event_t const& event, Kind kind, Style style, yaml_char_t const* anchor) {
    Mark const mark = begin_of(event, anchor != nullptr);
    if (stack_.size() == depth_max)
      return refuse(mark, fmt::format("nested deeper than {} levels", depth_max));
    if (!stack_.empty() && stack_.back().node.is_mapping() && !stack_.back().key)
      return refuse(mark, fmt::format("a {} as a key: expected a scalar",
                                      kind == Kind::mapping ? "mapping" : "sequence"));
    TRY(count(mark, {1, 0, 0}));
    Frame frame;
    frame.node.kind = kind;
    frame.node.style = style;
    frame.node.anchor = text_of(anchor);
    frame.node.begin = mark;
    stack_.push_back(std::move(frame));
    return {};
  }

  Result<> close(yaml_event_t const& event) {
    Node node = std::move(stack_.back().node);
    stack_.pop_back();
    node.end = at_.at(event.end_mark);
    // A block ends for libyaml where the next thing begins; for us, with its last child.
    if (node.style == Style::block && !node.items.empty()) node.end = node.items.back().end;
    if (node.style == Style::block && !node.pairs.empty()) node.end = node.pairs.back().value.end;
    TRY(check_keys(node));
    return add(std::move(node));
  }

  Result<> check_keys(Node const& node) const {
    std::vector<std::size_t> order(node.pairs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    auto const key = [&node](std::size_t i) -> std::string const& {
      return node.pairs[i].key.text;
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    std::size_t first = node.pairs.size();
    std::size_t second = node.pairs.size();
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (key(order[i - 1]) != key(order[i]) || order[i] >= second) continue;
      first = order[i - 1];
      second = order[i];
    }
    if (second == node.pairs.size()) return {};
    return refuse(node.pairs[second].key.begin,
                  fmt::format("key '{}' a second time: it stands in line {} already",
                              excerpt(key(second)), node.pairs[first].key.begin.line));
  }

  Result<> take_alias(yaml_event_t const& event) {
    Mark const mark = at_.at(event.start_mark);
    std::string const name = text_of(event.data.alias.anchor);
    for (Frame const& frame : stack_)
      if (frame.node.anchor == name)
        return refuse(mark, fmt::format("alias '*{}' stands inside what it names", excerpt(name)));
    auto const found = anchors_.find(name);
    if (found == anchors_.end())
      return refuse(mark, fmt::format("alias '*{}' names no anchor above it", excerpt(name)));
    Size const size = size_of(found->second);
    if (stack_.size() + size.height > depth_max)
      return refuse(mark, fmt::format("nested deeper than {} levels", depth_max));
    if (size.height > 0 && !stack_.empty() && stack_.back().node.is_mapping() && !stack_.back().key)
      return refuse(mark, "an alias of a collection as a key: expected a scalar");
    TRY(count(mark, size));
    Node node = found->second;
    node.anchor.clear();
    node.begin = mark;
    node.end = at_.at(event.end_mark);
    return add(std::move(node));
  }

  Result<> add(Node node) {
    if (!node.anchor.empty()) {
      // The copy that aliases will be made from is memory too.
      TRY(count(node.begin, size_of(node)));
      anchors_[node.anchor] = node;
    }
    if (stack_.empty()) {
      root_ = std::move(node);
      return {};
    }
    Frame& frame = stack_.back();
    if (frame.node.is_sequence()) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.key) {
      frame.key = std::move(node);
    } else {
      frame.node.pairs.push_back({std::move(*frame.key), std::move(node)});
      frame.key.reset();
    }
    return {};
  }

  std::string_view text_;
  std::string_view name_;
  Limits limits_;
  Positions at_;
  std::vector<Frame> stack_;
  std::optional<Node> root_;
  std::map<std::string, Node> anchors_;
  std::size_t nodes_ = 0;
  std::size_t copied_bytes_ = 0;
};

}  // namespace

Node const* Node::find(std::string_view key) const {
  for (Pair const& pair : pairs)
    if (pair.key.text == key) return &pair.value;
  return nullptr;
}

Node const* Node::at(std::string_view path) const {
  Node const* node = this;
  for (std::string const& key : split(path, '.')) {
    node = node->find(key);
    if (node == nullptr) return nullptr;
  }
  return node;
}

bool Node::is_null() const {
  if (kind != Kind::scalar || style != Style::plain) return false;
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

std::optional<bool> Node::boolean() const {
  if (kind != Kind::scalar || style != Style::plain) return std::nullopt;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

std::optional<std::int64_t> Node::integer() const {
  if (kind != Kind::scalar || style != Style::plain) return std::nullopt;
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

std::string_view Node::kind_name() const {
  if (kind == Kind::mapping) return "a mapping";
  if (kind == Kind::sequence) return "a sequence";
  if (is_null()) return "null";
  if (boolean()) return "a boolean";
  if (integer()) return "an integer";
  return "a string";
}

Error error_at(std::string_view name, Mark mark, std::string_view text) {
  return {ErrorKind::config, fmt::format("{}:{}:{}: {}", name, mark.line, mark.column, text)};
}

Result<Node> parse(std::string_view text, std::string_view name, Limits limits) {
  auto const refuse = [&](Mark mark, std::string_view what) {
    Error error = error_at(name, mark, what);
    error.kind = ErrorKind::data;
    return std::unexpected(std::move(error));
  };
  if (text.size() > limits.bytes)
    return refuse({}, fmt::format("{} bytes: expected at most {}", text.size(), limits.bytes));
  std::size_t offset = 0;
  if (text.starts_with(byte_order_mark)) {
    offset = byte_order_mark.size();
    text.remove_prefix(offset);
  }
  if (!is_utf8(text)) {
    std::size_t good = 0;
    for (std::size_t length = 1; length <= 4;) {
      bool const whole = is_utf8(text.substr(good, length));
      good += whole ? length : 0;
      length = whole ? 1 : length + 1;
    }
    return refuse(Positions(text, offset).at_byte(good), "not UTF-8");
  }
  return Builder(text, name, limits, offset).run();
}

}  // namespace landfall::yaml
