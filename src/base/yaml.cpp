#include "base/yaml.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory_resource>

#include "base/yaml_block.h"
#include "base/yaml_events.h"
#include "base/yaml_text.h"
#include "base/yaml_tree.h"

// Two readers build the same tree: a quick one of what nearly everybody writes, and libyaml, whose
// scanner decides all else and every error.

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
  std::string_view const all = content->text;
  if (all.size() > limits.bytes)
    return std::unexpected(
        Problem{{}, fmt::format("{} bytes: expected at most {}", all.size(), limits.bytes)});
  if (auto problem = problem_of_bytes(all, is_ascii(all)))
    return std::unexpected(std::move(*problem));
  if (TreeBuilder tree(all, content->arena, limits); read_block(all, tree)) {
    content->root = tree.root();
    return Document(std::move(content));
  }
  content->arena.release();
  TreeBuilder tree(all, content->arena, limits);
  read_events(all, tree);
  if (tree.problem()) return std::unexpected(std::move(*tree.problem()));
  content->root = tree.root();
  return Document(std::move(content));
}

Result<Document> parse(std::string_view text, std::string_view name, Limits limits) {
  auto document = read(std::string(text), limits);
  if (document) return std::move(*document);
  Error error = error_at(name, document.error().mark, document.error().text);
  error.kind = ErrorKind::data;
  return std::unexpected(std::move(error));
}

}  // namespace landfall::yaml
