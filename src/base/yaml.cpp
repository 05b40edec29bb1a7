#include "base/yaml.h"

#include <fmt/core.h>
#include <yaml.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory_resource>
#include <numeric>

#include "base/text.h"
#include "base/yaml_memory.h"
#include "base/yaml_text.h"

// libyaml scans and yields events; the tree, its limits and its judgement are ours. libyaml counts
// code points and breaks lines at characters that no editor does, so in a text that is not all
// ASCII every mark is made anew from the code point that it names.
//
// A tree is built on two stacks: of the collections that are open, and of the nodes inside them.
// When a collection ends, its nodes go from the stack to the arena, once.

namespace landfall::yaml {

struct Document::Content {
  explicit Content(std::string source) : text(std::move(source)), arena(first_block(text.size())) {}

  /// A dense workflow has a node every eleven bytes. More than one block would be another trip to
  /// the system for each file: malloc gives back what is over 128 KB at once.
  static std::size_t first_block(std::size_t bytes) {
    return std::clamp<std::size_t>(bytes * sizeof(Node) / 11, 1 << 10, 1 << 20);
  }

  std::string text;
  std::pmr::monotonic_buffer_resource arena;
  Node root;
};

namespace {

constexpr std::size_t depth_max = 100;

/// What is shown of a key or a name in an error: not megabytes of it.
std::string excerpt(std::string_view text) {
  return shortened(text, 60);
}

/// Turns libyaml's marks into ours. They are to be asked for in the order of the text.
class Places {
 public:
  explicit Places(std::string_view text)
      : text_(text), bytes_(bytes_of(text)), mark_(start_of(text)) {}

  bool all_ascii() const { return bytes_ != Bytes::wide; }
  bool all_plain() const { return bytes_ == Bytes::plain; }

  Mark at(yaml_mark_t const& mark) {
    // In ASCII a code point is a byte, and libyaml's lines are ours, but for one that it adds at
    // the end.
    if (all_ascii() && mark.index < text_.size()) {
      mark_ = {static_cast<std::uint32_t>(mark.line + 1),
               static_cast<std::uint32_t>(mark.column + 1), static_cast<std::uint32_t>(mark.index)};
      return mark_;
    }
    std::size_t byte = mark_.byte;
    if (all_ascii()) {
      byte = text_.size();
    } else {
      for (; point_ < mark.index && byte < text_.size(); ++point_) {
        ++byte;
        while (byte < text_.size() && is_continuation(text_[byte])) ++byte;
      }
    }
    mark_ = walked(text_, mark_, byte);
    return mark_;
  }

 private:
  std::string_view text_;
  Bytes bytes_;
  std::size_t point_ = 0;
  Mark mark_;
};

/// libyaml's reader checks and copies a text character by character, a fifth of its time. A text
/// that it would copy as it is need not be: the scanner is given it in place, as the reader leaves
/// its last piece behind, NUL and all. The fields are those of the public struct of 0.2.
struct Scanner {
  /// `text` is followed by a NUL. `plain`: is it printable ASCII and breaks only?
  Scanner(std::string_view text, bool plain) {
    require(yaml_parser_initialize(&raw) == 1, "libyaml could not start");
    yaml_parser_set_encoding(&raw, YAML_UTF8_ENCODING);
    own_buffer = raw.buffer.start;
    auto const* const bytes = reinterpret_cast<unsigned char const*>(text.data());
    yaml_parser_set_input_string(&raw, bytes, plain ? 0 : text.size());
    if (!plain) return;
    // libyaml reads its buffer only.
    raw.buffer.start = raw.buffer.pointer = const_cast<unsigned char*>(bytes);
    raw.buffer.last = raw.buffer.end = raw.buffer.start + text.size() + 1;
    raw.unread = text.size() + 1;
    raw.eof = 1;
  }
  ~Scanner() {
    raw.buffer.start = own_buffer;
    yaml_parser_delete(&raw);
  }
  Scanner(Scanner const&) = delete;
  Scanner& operator=(Scanner const&) = delete;

  ScannerMemory memory;
  yaml_parser_t raw;
  yaml_char_t* own_buffer = nullptr;
};

struct Event {
  Event() = default;
  ~Event() { yaml_event_delete(&raw); }
  Event(Event const&) = delete;
  Event& operator=(Event const&) = delete;

  yaml_event_t raw;  ///< libyaml clears it before all else
};

std::string_view text_of(yaml_char_t const* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<char const*>(text);
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

/// How much a node is with all that is in it, aliases counted as what they name.
struct Size {
  std::size_t nodes = 0;
  std::size_t bytes = 0;   ///< of text
  std::size_t height = 0;  ///< levels of collections
};

struct Anchored {
  Node node;
  Size size;
};

/// A collection that is open.
struct Frame {
  Node node;
  std::size_t first = 0;  ///< its first child on the stack of nodes
  Size before;            ///< what had been counted before it
  std::size_t height = 0;
};

class Builder {
 public:
  /// `text` is followed by a NUL.
  Builder(std::string_view text, std::pmr::memory_resource& arena, Limits limits)
      : text_(text), arena_(arena), limits_(limits), places_(text) {
    constexpr std::size_t usual_depth = 16;
    constexpr std::size_t usual_nodes = 128;
    frames_.reserve(usual_depth);
    nodes_.reserve(usual_nodes);
  }

  std::expected<Node, Problem> run() {
    if (text_.size() > limits_.bytes) {
      refuse({}, fmt::format("{} bytes: expected at most {}", text_.size(), limits_.bytes));
    } else if (check_text()) {
      scan();
    }
    if (problem_) return std::unexpected(std::move(*problem_));
    return nodes_.empty() ? Node{} : nodes_.front();
  }

 private:
  /// False, so that it can be returned.
  bool refuse(Mark mark, std::string text) {
    problem_ = Problem{mark, std::move(text)};
    return false;
  }

  bool check_text() {
    problem_ = problem_of_bytes(text_, places_.all_ascii());
    return !problem_;
  }

  void scan() {
    Scanner scanner(text_.substr(start_of(text_).byte), places_.all_plain());
    while (true) {
      Event event;
      if (yaml_parser_parse(&scanner.raw, &event.raw) == 0) return note_scan_error(scanner.raw);
      if (event.raw.type == YAML_STREAM_END_EVENT || !take(event.raw)) return;
    }
  }

  void note_scan_error(yaml_parser_t const& parser) {
    require(parser.error != YAML_MEMORY_ERROR, "out of memory");
    std::string what =
        fmt::format("not YAML: {}", parser.problem == nullptr ? "unknown" : parser.problem);
    // The reader stands before the scanner and knows bytes only.
    if (parser.error == YAML_READER_ERROR) {
      Mark const start = start_of(text_);
      refuse(walked(text_, start, start.byte + parser.problem_offset), std::move(what));
      return;
    }
    if (parser.context != nullptr) what += fmt::format(" ({})", parser.context);
    refuse(Places(text_).at(parser.problem_mark), std::move(what));
  }

  bool take(yaml_event_t const& event) {
    switch (event.type) {
      case YAML_NO_EVENT:
      case YAML_STREAM_START_EVENT:
      case YAML_STREAM_END_EVENT:
      case YAML_DOCUMENT_END_EVENT:
        return true;
      case YAML_DOCUMENT_START_EVENT:
        if (nodes_.empty()) return true;
        return refuse(places_.at(event.start_mark), "a second document: expected one only");
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
    return true;
  }

  bool take_sequence(yaml_event_t const& event) {
    auto const& start = event.data.sequence_start;
    bool const flow = start.style == YAML_FLOW_SEQUENCE_STYLE;
    return open(event, Node{.kind = Kind::sequence, .style = flow ? Style::flow : Style::block},
                {start.anchor, start.tag});
  }

  bool take_mapping(yaml_event_t const& event) {
    auto const& start = event.data.mapping_start;
    bool const flow = start.style == YAML_FLOW_MAPPING_STYLE;
    return open(event, Node{.kind = Kind::mapping, .style = flow ? Style::flow : Style::block},
                {start.anchor, start.tag});
  }

  /// What may stand before a node.
  struct Properties {
    yaml_char_t const* anchor;
    yaml_char_t const* tag;
  };

  bool check_tag(yaml_event_t const& event, std::string_view tag) {
    static constexpr std::string_view known[] = {"!",           YAML_STR_TAG,  YAML_INT_TAG,
                                                 YAML_BOOL_TAG, YAML_NULL_TAG, YAML_FLOAT_TAG,
                                                 YAML_SEQ_TAG,  YAML_MAP_TAG};
    if (std::find(std::begin(known), std::end(known), tag) != std::end(known)) return true;
    return refuse(places_.at(event.start_mark),
                  fmt::format("tag '{}': expected no tags but those of YAML itself", excerpt(tag)));
  }

  /// Gives a node its beginning and its anchor. libyaml begins a node at its anchor or tag; we, at
  /// its value.
  bool begin(Node& node, yaml_event_t const& event, Properties properties) {
    bool const has_properties = properties.anchor != nullptr || properties.tag != nullptr;
    if (properties.tag != nullptr && !check_tag(event, text_of(properties.tag))) return false;
    node.begin = places_.at(event.start_mark);
    if (!has_properties) return true;
    node.anchor = kept(text_of(properties.anchor));
    Mark const end = places_.at(event.end_mark);
    std::size_t byte = node.begin.byte;
    while (byte < end.byte && (text_[byte] == '&' || text_[byte] == '!' || text_[byte] == '#')) {
      std::string_view const ends = text_[byte] == '#' ? "\r\n" : " \t\r\n,]}";
      std::size_t const after = std::min(text_.find_first_of(ends, byte), text_.size());
      byte = std::min<std::size_t>(text_.find_first_not_of(" \t\r\n", after), end.byte);
    }
    node.begin = walked(text_, node.begin, byte);
    return true;
  }

  std::string_view kept(std::string_view text) {
    if (text.empty()) return {};
    char* const copy = static_cast<char*>(arena_.allocate(text.size(), 1));
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
  }

  /// Most scalars stand in the text as they are: nothing need be copied of them.
  std::string_view found_or_kept(std::string_view value, Node const& node) {
    bool const is_quoted = node.style == Style::single_quoted || node.style == Style::double_quoted;
    std::size_t const begin = node.begin.byte + (is_quoted ? 1 : 0);
    std::size_t const end = node.end.byte - (is_quoted ? 1 : 0);
    if (begin + value.size() == end && text_.substr(begin, value.size()) == value)
      return text_.substr(begin, value.size());
    return kept(value);
  }

  bool count(Mark mark, Size const& added, bool is_copy) {
    counted_.nodes += added.nodes;
    counted_.bytes += added.bytes;
    if (is_copy) copied_bytes_ += added.bytes;
    if (counted_.nodes > limits_.nodes)
      return refuse(mark,
                    fmt::format("over {} nodes (aliases count as what they name)", limits_.nodes));
    if (copied_bytes_ > limits_.bytes)
      return refuse(mark, fmt::format("aliases repeat over {} bytes of text", limits_.bytes));
    return true;
  }

  bool take_scalar(yaml_event_t const& event) {
    auto const& scalar = event.data.scalar;
    Node node;
    node.style = style_of(scalar.style);
    if (!begin(node, event, {scalar.anchor, scalar.tag})) return false;
    node.end = places_.at(event.end_mark);
    node.text = found_or_kept({reinterpret_cast<char const*>(scalar.value), scalar.length}, node);
    // `!!str 1` is a string: a quoted style says so to all who ask for its kind.
    std::string_view const tag = text_of(scalar.tag);
    if (node.style == Style::plain && (tag == "!" || tag == YAML_STR_TAG))
      node.style = Style::double_quoted;
    Size const size{1, node.text.size(), 0};
    return count(node.begin, size, false) && add(node, size);
  }

  /// Is a key of the innermost mapping what comes next?
  bool key_is_next() const {
    if (frames_.empty() || !frames_.back().node.is_mapping()) return false;
    return (nodes_.size() - frames_.back().first) % 2 == 0;
  }

  bool open(yaml_event_t const& event, Node node, Properties properties) {
    if (!begin(node, event, properties)) return false;
    if (frames_.size() == depth_max)
      return refuse(node.begin, fmt::format("nested deeper than {} levels", depth_max));
    if (key_is_next())
      return refuse(node.begin, fmt::format("a {} as a key: expected a scalar",
                                            node.is_mapping() ? "mapping" : "sequence"));
    frames_.push_back({.node = node, .first = nodes_.size(), .before = counted_});
    return count(node.begin, {1, 0, 0}, false);
  }

  bool close(yaml_event_t const& event) {
    Frame const frame = frames_.back();
    frames_.pop_back();
    std::span<Node const> const children(nodes_.begin() + static_cast<std::ptrdiff_t>(frame.first),
                                         nodes_.end());
    Node node = frame.node;
    if (node.is_mapping() && !check_keys(children)) return false;
    // A collection without a bracket at its end ends for libyaml where the next thing begins; for
    // us, with its last child.
    char const first = node.begin.byte < text_.size() ? text_[node.begin.byte] : '\0';
    bool const is_bracketed = node.style == Style::flow && (first == '[' || first == '{');
    node.end = is_bracketed || children.empty() ? places_.at(event.end_mark) : children.back().end;
    if (node.is_mapping()) {
      node.pairs = kept_pairs(children);
    } else {
      node.items = kept_items(children);
    }
    nodes_.resize(frame.first);
    Size const size{counted_.nodes - frame.before.nodes, counted_.bytes - frame.before.bytes,
                    frame.height + 1};
    return add(node, size);
  }

  std::span<Node const> kept_items(std::span<Node const> children) {
    auto* const items = static_cast<Node*>(arena_.allocate(children.size_bytes(), alignof(Node)));
    std::uninitialized_copy(children.begin(), children.end(), items);
    return {items, children.size()};
  }

  std::span<Pair const> kept_pairs(std::span<Node const> children) {
    std::size_t const count = children.size() / 2;
    auto* const pairs = static_cast<Pair*>(arena_.allocate(count * sizeof(Pair), alignof(Pair)));
    for (std::size_t i = 0; i < count; ++i)
      std::construct_at(pairs + i, Pair{children[2 * i], children[2 * i + 1]});
    return {pairs, count};
  }

  bool check_keys(std::span<Node const> children) {
    constexpr std::size_t few = 32;
    if (children.size() > 2 * few) return check_many_keys(children);
    for (std::size_t second = 2; second < children.size(); second += 2)
      for (std::size_t first = 0; first < second; first += 2)
        if (children[first].text == children[second].text)
          return refuse_key(children[first], children[second]);
    return true;
  }

  bool check_many_keys(std::span<Node const> children) {
    order_.resize(children.size() / 2);
    std::iota(order_.begin(), order_.end(), std::uint32_t{0});
    auto const key = [&](std::uint32_t i) { return children[2 * std::size_t{i}].text; };
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      int const order = key(a).compare(key(b));
      return order != 0 ? order < 0 : a < b;
    });
    std::size_t found = 0;  // of the doubles, the one that stands first in the text
    for (std::size_t i = 1; i < order_.size(); ++i)
      if (key(order_[i - 1]) == key(order_[i]) && (found == 0 || order_[i] < order_[found]))
        found = i;
    if (found == 0) return true;
    return refuse_key(children[2 * std::size_t{order_[found - 1]}],
                      children[2 * std::size_t{order_[found]}]);
  }

  bool refuse_key(Node const& first, Node const& second) {
    return refuse(second.begin, fmt::format("key '{}' a second time: it stands in line {} already",
                                            excerpt(second.text), first.begin.line));
  }

  bool take_alias(yaml_event_t const& event) {
    Mark const mark = places_.at(event.start_mark);
    std::string_view const name = text_of(event.data.alias.anchor);
    for (Frame const& frame : frames_)
      if (frame.node.anchor == name)
        return refuse(mark, fmt::format("alias '*{}' stands inside what it names", excerpt(name)));
    auto const found = anchors_.find(name);
    if (found == anchors_.end())
      return refuse(mark, fmt::format("alias '*{}' names no anchor above it", excerpt(name)));
    Size const size = found->second.size;
    if (frames_.size() + size.height > depth_max)
      return refuse(mark, fmt::format("nested deeper than {} levels", depth_max));
    if (size.height > 0 && key_is_next())
      return refuse(mark, "an alias of a collection as a key: expected a scalar");
    Node node = found->second.node;
    node.alias = true;
    node.anchor = {};
    node.begin = mark;
    node.end = places_.at(event.end_mark);
    return count(mark, size, true) && add(node, size);
  }

  bool add(Node const& node, Size const& size) {
    if (!node.anchor.empty()) anchors_[node.anchor] = {node, size};
    if (!frames_.empty()) frames_.back().height = std::max(frames_.back().height, size.height);
    nodes_.push_back(node);
    return true;
  }

  std::string_view text_;
  std::pmr::memory_resource& arena_;
  Limits limits_;
  Places places_;
  std::vector<Frame> frames_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> order_;
  std::map<std::string_view, Anchored> anchors_;
  Size counted_;
  std::size_t copied_bytes_ = 0;  ///< of counted_, those of aliases
  std::optional<Problem> problem_;
};

}  // namespace

Document::Document(std::unique_ptr<Content> content) : content_(std::move(content)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Node const& Document::root() const {
  return content_->root;
}

std::string_view Document::text() const {
  return content_->text;
}

std::vector<Comment> Document::comments() const {
  return find_comments(content_->text, content_->root);
}

std::expected<Document, Problem> read(std::string text, Limits limits) {
  auto content = std::make_unique<Document::Content>(std::move(text));
  // A mark's byte has 32 bits.
  limits.bytes = std::min<std::size_t>(limits.bytes, 1U << 31);
  auto root = Builder(content->text, content->arena, limits).run();
  if (!root) return std::unexpected(std::move(root).error());
  content->root = *root;
  return Document(std::move(content));
}

}  // namespace landfall::yaml
