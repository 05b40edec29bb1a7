#include "collect/signatures.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/asset.h"
#include "base/text.h"
#include "base/yaml.h"

namespace landfall {

std::span<Asset const> signature_files();  // from cmake/embed.cmake

namespace {

/// Reads one file, so that every error can name it.
class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  Result<std::vector<Signature>> table(yaml::Node const& root) const {
    yaml::Node const* list = root.find("signatures");
    if (list == nullptr || !list->is_sequence())
      return error(root, "expected a list under 'signatures'");
    std::vector<Signature> table;
    table.reserve(list->items.size());
    for (yaml::Node const& entry : list->items) table.push_back(TRY(signature(entry)));
    return table;
  }

 private:
  std::unexpected<Error> error(yaml::Node const& node, std::string_view text) const {
    return std::unexpected(yaml::error_at(file_, node.begin, text));
  }

  Result<> known_keys(yaml::Node const& node, std::initializer_list<std::string_view> keys) const {
    if (!node.is_mapping())
      return error(node, fmt::format("expected a mapping, found {}", node.kind_name()));
    for (yaml::Pair const& pair : node.pairs)
      if (std::find(keys.begin(), keys.end(), pair.key.text) == keys.end())
        return error(pair.key, fmt::format("unknown key '{}'", printable(pair.key.text)));
    return {};
  }

  Result<std::string> text(yaml::Node const& node, std::string_view key) const {
    yaml::Node const* value = node.find(key);
    if (value == nullptr || !value->is_scalar() || value->text.empty())
      return error(node, fmt::format("expected a text under '{}'", key));
    return std::string(value->text);
  }

  /// One text or a list of texts; none if the key is missing.
  Result<std::vector<std::string>> texts(yaml::Node const& node, std::string_view key) const {
    yaml::Node const* value = node.find(key);
    std::vector<std::string> list;
    if (value == nullptr) return list;
    if (value->is_scalar()) return std::vector<std::string>{lower(value->text)};
    for (yaml::Node const& item : value->items) {
      if (!item.is_scalar())
        return error(item, fmt::format("expected a text, found {}", item.kind_name()));
      list.push_back(lower(item.text));
    }
    if (list.empty()) return error(*value, "expected at least one text");
    return list;
  }

  Result<> status(yaml::Node const& when, Signature& signature) const {
    for (std::string const& word : TRY(texts(when, "status"))) {
      auto const number = parse_integer(word);
      if (word == "*")
        signature.any_status = true;
      else if (word == "expected")
        signature.expected_status = true;
      else if (number && *number >= 100 && *number <= 999)
        signature.statuses.push_back(static_cast<int>(*number));
      else
        return error(
            when, fmt::format("expected a status, 'expected' or '*', found '{}'", printable(word)));
    }
    return {};
  }

  Result<std::optional<bool>> presence(yaml::Node const& when, std::string_view key) const {
    if (when.find(key) == nullptr) return std::nullopt;
    std::string const word = TRY(text(when, key));
    if (word != "present" && word != "missing")
      return error(when, fmt::format("{}: expected present or missing", key));
    return word == "present";
  }

  Result<> conditions(yaml::Node const& when, Signature& signature) const {
    TRY(known_keys(when, {"status", "marker", "commit", "body", "location", "header", "error"}));
    TRY(status(when, signature));
    signature.marker = TRY(presence(when, "marker"));
    signature.commit = TRY(presence(when, "commit"));
    signature.body = TRY(texts(when, "body"));
    signature.location = TRY(texts(when, "location"));
    signature.errors = TRY(texts(when, "error"));
    if (yaml::Node const* header = when.find("header"); header != nullptr) {
      TRY(known_keys(*header, {"name", "value"}));
      signature.header = TRY(text(*header, "name"));
      signature.header_values = TRY(texts(*header, "value"));
    }
    bool const any =
        signature.any_status || signature.expected_status || !signature.statuses.empty();
    if (any == !signature.errors.empty()) return error(when, "expected either 'status' or 'error'");
    return {};
  }

  Result<Signature> signature(yaml::Node const& entry) const {
    static constexpr std::array<std::string_view, 3> verdicts{"healthy", "failing", "unknown"};
    TRY(known_keys(entry, {"class", "verdict", "when", "detail"}));
    Signature signature;
    signature.class_name = TRY(text(entry, "class"));
    signature.verdict = TRY(text(entry, "verdict"));
    signature.detail = TRY(text(entry, "detail"));
    if (std::find(verdicts.begin(), verdicts.end(), signature.verdict) == verdicts.end())
      return error(entry, "verdict: expected healthy, failing or unknown");
    yaml::Node const* when = entry.find("when");
    if (when == nullptr) return error(entry, "expected conditions under 'when'");
    TRY(conditions(*when, signature));
    // Nothing but the declared answer is health: no correction of the table may loosen that.
    bool const strict = signature.expected_status && !signature.any_status &&
                        signature.statuses.empty() && signature.marker == true;
    if (signature.verdict == "healthy" && !strict)
      return error(entry,
                   "healthy needs 'status: expected' and 'marker: present', and no other status");
    return signature;
  }

  std::string_view file_;
};

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

Result<std::vector<Signature>> parse_signatures(std::string_view text, std::string_view file) {
  yaml::Document const document = TRY(yaml::parse(text, file));
  return Reader(file).table(document.root());
}

std::vector<Signature> const& signatures() {
  static std::vector<Signature> const table = [] {
    std::vector<Signature> all;
    for (Asset const& file : signature_files()) {
      auto const part = parse_signatures(file.content, file.name);
      require(part.has_value(), part ? "" : part.error().text);
      all.insert(all.end(), part->begin(), part->end());
    }
    return all;
  }();
  return table;
}

bool has_words(std::string_view text, std::string_view words) {
  if (words.empty()) return true;
  for (std::size_t at = text.find(words); at != std::string_view::npos;
       at = text.find(words, at + 1)) {
    std::size_t const end = at + words.size();
    bool const starts =
        at == 0 || !is_word_character(text[at - 1]) || !is_word_character(words.front());
    bool const ends =
        end == text.size() || !is_word_character(text[end]) || !is_word_character(words.back());
    if (starts && ends) return true;
  }
  return false;
}

}  // namespace landfall
