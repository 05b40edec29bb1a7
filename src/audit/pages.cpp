// Reads rules/*.md: front matter, why, fix, and examples that are the rule's tests.
#include <algorithm>
#include <mutex>
#include <vector>

#include "audit/rule.h"
#include "base/asset.h"
#include "base/result.h"
#include "base/text.h"

namespace landfall {

std::span<Asset const> rule_pages();

namespace {

constexpr std::string_view mark_begin = "# <- ";
constexpr std::string_view fence = "```";

class PageReader {
 public:
  PageReader(std::string_view id, std::string_view text) : lines_(lines_of(text)) { page_.id = id; }

  RulePage read() {
    front_matter();
    while (!at_end()) {
      std::string const line = next();
      if (line.starts_with("## ")) {
        section(line.substr(3));
      } else if (line.starts_with(fence)) {
        block(line.substr(fence.size()));
      } else {
        prose(line);
      }
    }
    page_.why = trim(page_.why);
    page_.fix = trim(page_.fix);
    check(!page_.why.empty() && !page_.fix.empty(), "a page says why, and has a fix");
    return std::move(page_);
  }

 private:
  enum class Part { why, fix, example };

  bool at_end() const { return at_ == lines_.size(); }
  std::string next() { return lines_[at_++]; }
  void check(bool holds, std::string_view what) const {
    if (holds) return;
    require(false, "rules/" + page_.id + ".md:" + std::to_string(at_) + ": " + std::string(what));
  }

  void front_matter() {
    check(!at_end() && next() == "---", "a page begins with ---");
    while (!at_end()) {
      std::string const line = next();
      if (line == "---") break;
      auto const colon = line.find(": ");
      check(colon != std::string::npos, "front matter is `key: value`");
      std::string const key = line.substr(0, colon);
      std::string const value(trim(std::string_view(line).substr(colon + 2)));
      if (key == "title") {
        page_.title = value;
      } else if (key == "severity") {
        page_.severity = value;
      } else {
        check(key == "seed", "front matter has title, severity and seed");
        page_.seed = value;
      }
    }
    check(!page_.title.empty(), "a page has a title");
    check(page_.severity.size() == 5 && page_.severity.starts_with("SEV-") &&
              page_.severity[4] >= '1' && page_.severity[4] <= '4',
          "a severity is SEV-1 to SEV-4");
  }

  void section(std::string const& heading) {
    if (heading == "Fix") {
      part_ = Part::fix;
      return;
    }
    RuleExample example;
    auto const colon = heading.find(": ");
    std::string const kind = heading.substr(0, colon);
    if (colon != std::string::npos) example.words = heading.substr(colon + 2);
    check(kind == "Bad" || kind == "Good", "sections are Fix, Bad and Good");
    example.bad = kind == "Bad";
    page_.examples.push_back(std::move(example));
    part_ = Part::example;
  }

  void prose(std::string const& line) {
    if (part_ == Part::example) {
      check(trim(line).empty(), "an example is its files; its words stand behind `## Bad: `");
      return;
    }
    (part_ == Part::why ? page_.why : page_.fix) += line + "\n";
  }

  void block(std::string const& info) {
    std::vector<std::string> body;
    for (;;) {
      check(!at_end(), "a block ends with ```");
      std::string line = next();
      if (line == fence) break;
      body.push_back(std::move(line));
    }
    if (part_ != Part::example) {
      prose(std::string(fence) + info);
      for (std::string const& line : body) prose(line);
      prose(std::string(fence));
    } else if (info == "refs") {
      page_.examples.back().refs = refs(body);
    } else {
      auto const space = info.find(' ');
      check(space != std::string::npos, "a file is ```LANGUAGE PATH");
      page_.examples.back().files.push_back(file(info.substr(space + 1), body));
    }
  }

  GitRefs refs(std::vector<std::string> const& body) const {
    GitRefs refs;
    for (std::string const& line : body) {
      auto const space = line.find(' ');
      std::string const kind = line.substr(0, space);
      check(space != std::string::npos, "refs are `branch NAME`, `tag NAME` and `file PATH`");
      std::string name = line.substr(space + 1);
      if (kind == "branch") {
        refs.branches.push_back(std::move(name));
      } else if (kind == "tag") {
        refs.tags.push_back(std::move(name));
      } else {
        check(kind == "file", "refs are `branch NAME`, `tag NAME` and `file PATH`");
        if (!refs.files) refs.files.emplace();
        refs.files->push_back(std::move(name));
      }
    }
    return refs;
  }

  static RuleExample::File file(std::string path, std::vector<std::string> const& body) {
    RuleExample::File file;
    file.path = std::move(path);
    for (std::size_t i = 0; i < body.size(); ++i) {
      std::string line = body[i];
      for (auto at = line.rfind(mark_begin); at != std::string::npos; at = line.rfind(mark_begin)) {
        std::string const words(trim(std::string_view(line).substr(at + mark_begin.size())));
        file.marks.push_back({i + 1, words});
        line.erase(line.find_last_not_of(' ', at == 0 ? 0 : at - 1) + 1);
      }
      file.text += line + "\n";
    }
    return file;
  }

  std::vector<std::string> lines_;
  std::size_t at_ = 0;
  Part part_ = Part::why;
  RulePage page_;
};

}  // namespace

RulePage read_rule_page(std::string_view id, std::string_view text) {
  return PageReader(id, text).read();
}

RulePage const& rule_page(std::string_view id) {
  struct Slot {
    std::once_flag once;
    RulePage page;
  };
  // Pages never change: read once each, whoever asks from whichever thread.
  static std::vector<Slot> slots(rule_pages().size());
  std::span<Asset const> const pages = rule_pages();
  for (std::size_t i = 0; i < pages.size(); ++i) {
    std::string_view name = pages[i].name;
    name.remove_suffix(std::string_view(".md").size());
    if (name != id) continue;
    std::call_once(slots[i].once, [&] { slots[i].page = read_rule_page(name, pages[i].content); });
    return slots[i].page;
  }
  unreachable_here("a rule without a page");
}

}  // namespace landfall
