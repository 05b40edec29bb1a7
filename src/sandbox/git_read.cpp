// Git's objects as clients send them, read with distrust.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"

namespace landfall::sandbox {
namespace {

bool is_sha(std::string_view text) {
  return text.size() == 40 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::unexpected<Error> malformed(std::string_view what) {
  return fail(ErrorKind::data, fmt::format("malformed object: {}", what));
}

/// "Ada <ada@shop.example> 1777636800 +0200"
Result<Signature> read_signature(std::string_view text) {
  std::size_t const open = text.find('<');
  std::size_t const close = text.rfind("> ");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return malformed("a signature without an address");
  Signature signature;
  signature.name = trim(text.substr(0, open));
  signature.email = text.substr(open + 1, close - open - 1);
  std::string_view const times = text.substr(close + 2);
  std::size_t const blank = times.find(' ');
  auto const seconds = parse_integer(times.substr(0, blank));
  if (!seconds || *seconds < 0 || *seconds > 253'402'300'799)
    return malformed("a signature without a time");
  signature.at = from_epoch_seconds(*seconds);
  if (blank == std::string_view::npos || times.size() != blank + 6) return signature;
  auto const zone = parse_integer(times.substr(blank + 2));
  if (!zone || *zone < 0) return signature;
  int const minutes = static_cast<int>(*zone / 100 * 60 + *zone % 100);
  signature.zone_minutes = times[blank + 1] == '-' ? -minutes : minutes;
  return signature;
}

struct Header {
  std::vector<std::pair<std::string, std::string>> fields;
  std::string message;
};

/// The fields of a commit or tag; a line that begins with a blank goes on with the one before it.
Header read_header(std::string_view content) {
  Header header;
  while (!content.empty() && content.front() != '\n') {
    std::size_t const end = std::min(content.find('\n'), content.size());
    std::string_view const line = content.substr(0, end);
    std::size_t const blank = std::min(line.find(' '), line.size());
    if (blank != 0)
      header.fields.emplace_back(line.substr(0, blank),
                                 line.substr(std::min(blank + 1, line.size())));
    content.remove_prefix(std::min(end + 1, content.size()));
  }
  if (!content.empty()) header.message = content.substr(1);
  return header;
}

std::string login_of(State const& state, Signature const& signature) {
  for (User const& user : state.users)
    if (lower(user.email) == lower(signature.email)) return user.login;
  return signature.name;
}

Result<Commit> read_commit(State const& state, std::string const& content) {
  Commit commit;
  Header header = read_header(content);
  for (auto const& [name, value] : header.fields) {
    if (name == "tree") commit.tree = value;
    if (name == "parent" && !is_sha(value)) return malformed("a parent that is no sha");
    if (name == "parent") commit.parents.push_back(value);
    if (name == "author") commit.authored = TRY(read_signature(value));
    if (name == "committer") commit.committed = TRY(read_signature(value));
  }
  if (!is_sha(commit.tree)) return malformed("a commit without a tree");
  if (!commit.authored || !commit.committed) return malformed("a commit of nobody");
  commit.author = login_of(state, *commit.authored);
  commit.at = commit.committed->at;
  commit.message = std::move(header.message);
  commit.raw = content;
  return commit;
}

Result<TagObject> read_tag(std::string const& content) {
  TagObject tag;
  Header header = read_header(content);
  for (auto const& [name, value] : header.fields) {
    if (name == "object") tag.object = value;
    if (name == "type") tag.type = value;
    if (name == "tag") tag.name = value;
    if (name == "tagger") tag.tagged = TRY(read_signature(value));
  }
  if (!is_sha(tag.object)) return malformed("a tag without an object");
  tag.message = std::move(header.message);
  tag.raw = content;
  return tag;
}

bool is_safe_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && lower(name) != ".git" &&
         name.find('/') == std::string_view::npos;
}

Result<TreeEntries> read_tree(std::string_view content) {
  TreeEntries entries;
  while (!content.empty()) {
    std::size_t const blank = content.find(' ');
    std::size_t const end = content.find('\0');
    if (blank == std::string_view::npos || end == std::string_view::npos || blank > end ||
        blank == 0 || blank > 6 || content.size() < end + 21)
      return malformed("a tree that ends within an entry");
    TreeEntry entry{.name = std::string(content.substr(blank + 1, end - blank - 1)), .mode = 0};
    for (char const digit : content.substr(0, blank)) {
      if (digit < '0' || digit > '7') return malformed("a tree entry's mode");
      entry.mode = entry.mode * 8 + static_cast<unsigned>(digit - '0');
    }
    if (!is_safe_name(entry.name)) return malformed("a tree entry's name");
    entry.sha = to_hex(content.substr(end + 1, 20));
    entries.push_back(std::move(entry));
    content.remove_prefix(end + 21);
  }
  return entries;
}

}  // namespace

Result<std::string> store_object(State const& state, GitObjects& objects, GitObject object) {
  std::string sha = object_sha(object.kind, object.content);
  if (object.kind == "blob") {
    objects.blobs.try_emplace(sha, std::move(object.content));
    return sha;
  }
  if (object.kind == "tree") {
    objects.trees.try_emplace(sha, TRY(read_tree(object.content)));
    return sha;
  }
  if (object.kind == "commit") {
    Commit commit = TRY(read_commit(state, object.content));
    commit.sha = sha;
    for (std::string& parent : commit.parents) parent = own_name(objects, parent);
    objects.commits.try_emplace(sha, std::move(commit));
    return sha;
  }
  if (object.kind != "tag") return malformed("its kind is none of git's");
  TagObject tag = TRY(read_tag(object.content));
  tag.sha = sha;
  tag.object = own_name(objects, tag.object);
  objects.tag_objects.try_emplace(sha, std::move(tag));
  return sha;
}

}  // namespace landfall::sandbox
