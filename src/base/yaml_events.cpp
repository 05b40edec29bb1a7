#include "base/yaml_events.h"

#include <fmt/core.h>
#include <yaml.h>

#include <algorithm>

#include "base/yaml_text.h"

// libyaml counts code points and breaks lines at characters that no editor does, so in a text that
// is not all ASCII every mark is made anew from the code point that it names.

namespace landfall::yaml {
namespace {

/// Turns libyaml's marks into ours. They are to be asked for in the order of the text.
class Places {
 public:
  explicit Places(std::string_view text)
      : text_(text), is_ascii_(is_ascii(text)), mark_(start_of(text)) {}

  Mark at(yaml_mark_t const& mark) {
    // In ASCII a code point is a byte, and libyaml's lines are ours, but for one that it adds at
    // the end.
    if (is_ascii_ && mark.index < text_.size()) {
      mark_ = {static_cast<std::uint32_t>(mark.line + 1),
               static_cast<std::uint32_t>(mark.column + 1), static_cast<std::uint32_t>(mark.index)};
      return mark_;
    }
    std::size_t byte = mark_.byte;
    if (is_ascii_) {
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
  bool is_ascii_;
  std::size_t point_ = 0;
  Mark mark_;
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

class EventReader {
 public:
  EventReader(std::string_view text, TreeBuilder& tree) : text_(text), tree_(tree), places_(text) {}

  void run() {
    Scanner scanner(text_.substr(start_of(text_).byte));
    while (true) {
      Event event;
      if (yaml_parser_parse(&scanner.raw, &event.raw) == 0) return note_scan_error(scanner.raw);
      if (event.raw.type == YAML_STREAM_END_EVENT || !take(event.raw)) return;
    }
  }

 private:
  void note_scan_error(yaml_parser_t const& parser) {
    require(parser.error != YAML_MEMORY_ERROR, "out of memory");
    std::string what =
        fmt::format("not YAML: {}", parser.problem == nullptr ? "unknown" : parser.problem);
    // The reader stands before the scanner and knows bytes only.
    if (parser.error == YAML_READER_ERROR) {
      Mark const start = start_of(text_);
      tree_.refuse(walked(text_, start, start.byte + parser.problem_offset), std::move(what));
      return;
    }
    if (parser.context != nullptr) what += fmt::format(" ({})", parser.context);
    tree_.refuse(Places(text_).at(parser.problem_mark), std::move(what));
  }

  bool take(yaml_event_t const& event) {
    switch (event.type) {
      case YAML_NO_EVENT:
      case YAML_STREAM_START_EVENT:
      case YAML_STREAM_END_EVENT:
      case YAML_DOCUMENT_END_EVENT:
        return true;
      case YAML_DOCUMENT_START_EVENT:
        if (tree_.is_empty()) return true;
        return tree_.refuse(places_.at(event.start_mark), "a second document: expected one only");
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
        return tree_.close(places_.at(event.end_mark));
    }
    return true;
  }

  bool take_alias(yaml_event_t const& event) {
    Mark const begin = places_.at(event.start_mark);
    Mark const end = places_.at(event.end_mark);
    return tree_.alias(begin, end, text_of(event.data.alias.anchor));
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
    return tree_.refuse(
        places_.at(event.start_mark),
        fmt::format("tag '{}': expected no tags but those of YAML itself", excerpt(tag)));
  }

  /// Gives a node its beginning and its anchor. libyaml begins a node at its anchor or tag; we, at
  /// its value.
  bool begin(Node& node, yaml_event_t const& event, Properties properties) {
    bool const has_properties = properties.anchor != nullptr || properties.tag != nullptr;
    if (properties.tag != nullptr && !check_tag(event, text_of(properties.tag))) return false;
    node.begin = places_.at(event.start_mark);
    if (!has_properties) return true;
    node.anchor = tree_.kept(text_of(properties.anchor));
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

  /// Most scalars stand in the text as they are: nothing need be copied of them.
  std::string_view found_or_kept(std::string_view value, Node const& node) {
    bool const is_quoted = node.style == Style::single_quoted || node.style == Style::double_quoted;
    std::size_t const begin = node.begin.byte + (is_quoted ? 1 : 0);
    std::size_t const end = node.end.byte - (is_quoted ? 1 : 0);
    if (begin + value.size() == end && text_.substr(begin, value.size()) == value)
      return text_.substr(begin, value.size());
    return tree_.kept(value);
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
    return tree_.scalar(node);
  }

  bool open(yaml_event_t const& event, Node node, Properties properties) {
    if (!begin(node, event, properties)) return false;
    return tree_.open(node);
  }

  std::string_view text_;
  TreeBuilder& tree_;
  Places places_;
};

}  // namespace

void read_events(std::string_view text, TreeBuilder& tree) {
  EventReader(text, tree).run();
}

}  // namespace landfall::yaml
