// The pages of the rules are their tests: each bad example yields what it marks and nothing else of
// that rule, each good one nothing, and each fix mends its finding and no more.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "audit/audit.h"
#include "base/asset.h"
#include "base/text.h"
#include "workflow/edit.h"

namespace landfall {

std::span<Asset const> rule_pages();

namespace {

/// A repository in memory.
using Files = std::map<std::string, std::string, std::less<>>;

struct Case {
  RulePage const* page = nullptr;
  RuleExample const* example = nullptr;
  bool crlf = false;

  std::string name() const {
    std::string const words = example->words.empty() ? "" : ": " + example->words;
    return page->id + ", " + (example->bad ? "bad" : "good") + words + (crlf ? ", CRLF" : "");
  }

  Files files() const {
    Files files;
    for (RuleExample::File const& file : example->files)
      files[file.path] = crlf ? replace_all(file.text, "\n", "\r\n") : file.text;
    return files;
  }
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (Rule const& rule : rules())
    for (RuleExample const& example : rule_page(rule.id).examples)
      for (bool const crlf : {false, true}) all.push_back({&rule_page(rule.id), &example, crlf});
  return all;
}

AuditResult audited(Case const& one, Files const& files, bool fixes = true) {
  AuditInput input;
  for (auto const& [path, text] : files)
    if (path.starts_with(".github/workflows/")) input.files.push_back(path);
  input.read = [&files](std::string_view path) -> std::optional<std::string> {
    auto const found = files.find(path);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  };
  input.names = {"acme/shop", "main"};
  input.refs = one.example->refs;
  input.fixes = fixes;
  return audit(std::move(input));
}

bool is_about_validity(std::string_view rule) {
  static constexpr std::string_view ids[]{"workflow-invalid", "expression-invalid", "zero-jobs",
                                          "job-needs-unknown", "job-needs-cycle"};
  return std::find(std::begin(ids), std::end(ids), rule) != std::end(ids);
}

std::vector<AuditFinding> of_rule(AuditResult const& result, std::string_view id) {
  std::vector<AuditFinding> findings;
  for (AuditFinding const& finding : result.findings)
    if (finding.rule == id) findings.push_back(finding);
  return findings;
}

std::string shown(std::vector<AuditFinding> const& findings) {
  std::string text;
  for (AuditFinding const& finding : findings)
    text += fmt::format("{}:{}:{}: {}: {}\n", finding.place.file, finding.place.begin.line,
                        finding.place.begin.column, finding.rule, finding.message);
  return text.empty() ? "nothing" : text;
}

TEST(Rules, each_has_a_page_and_each_page_a_rule) {
  std::set<std::string> pages;
  for (Asset const& page : rule_pages())
    pages.insert(std::string(page.name.substr(0, page.name.size() - std::string(".md").size())));
  std::set<std::string> ids;
  for (Rule const& rule : rules()) ids.insert(std::string(rule.id));
  EXPECT_EQ(pages, ids);
  EXPECT_TRUE(std::is_sorted(rules().begin(), rules().end(),
                             [](Rule const& a, Rule const& b) { return a.id < b.id; }));
}

TEST(Rules, have_an_example_in_which_they_speak_and_one_in_which_they_do_not) {
  for (Rule const& rule : rules()) {
    RulePage const& page = rule_page(rule.id);
    std::size_t marks = 0;
    std::size_t good = 0;
    for (RuleExample const& example : page.examples) {
      EXPECT_FALSE(example.files.empty()) << rule.id;
      std::size_t own = 0;
      for (RuleExample::File const& file : example.files) own += file.marks.size();
      EXPECT_EQ(example.bad, own > 0) << rule.id << ": " << example.words;
      marks += own;
      good += example.bad ? 0 : 1;
    }
    EXPECT_GT(marks, 0U) << rule.id;
    EXPECT_GT(good, 0U) << rule.id;
  }
}

TEST(Rules, speak_where_their_examples_mark_it_and_nowhere_else) {
  for (Case const& one : cases()) {
    SCOPED_TRACE(one.name());
    std::vector<AuditFinding> const found = of_rule(audited(one, one.files()), one.page->id);
    std::vector<bool> met(found.size());
    std::size_t marks = 0;
    for (RuleExample::File const& file : one.example->files) {
      for (RuleExample::File::Mark const& mark : file.marks) {
        ++marks;
        bool there = false;
        for (std::size_t i = 0; i < found.size() && !there; ++i) {
          there = !met[i] && found[i].place.file == file.path &&
                  found[i].place.begin.line == mark.line &&
                  found[i].message.find(mark.words) != std::string::npos;
          if (there) met[i] = true;
        }
        EXPECT_TRUE(there) << file.path << ":" << mark.line << ": " << mark.words << "\nin "
                           << shown(found);
      }
    }
    EXPECT_EQ(marks, found.size()) << shown(found);
  }
}

TEST(Rules, have_examples_that_github_takes) {
  for (Case const& one : cases()) {
    if (is_about_validity(one.page->id)) continue;
    for (AuditFinding const& finding : audited(one, one.files()).findings)
      EXPECT_FALSE(is_about_validity(finding.rule)) << one.name() << ": " << shown({finding});
  }
}

TEST(Rules, say_what_they_found_in_one_sentence_at_a_place) {
  for (Case const& one : cases()) {
    SCOPED_TRACE(one.name());
    Files const files = one.files();
    for (AuditFinding const& finding : audited(one, files).findings) {
      EXPECT_FALSE(finding.message.empty());
      EXPECT_LT(finding.message.size(), 300U) << finding.message;
      EXPECT_FALSE(finding.message.ends_with('.')) << finding.message;
      EXPECT_EQ(finding.message, printable(finding.message));
      ASSERT_TRUE(files.contains(finding.place.file)) << finding.place.file;
      EXPECT_LE(finding.place.begin.byte, finding.place.end.byte) << shown({finding});
      EXPECT_LE(finding.place.end.byte, files.at(finding.place.file).size()) << shown({finding});
    }
  }
}

TEST(Rules, say_the_same_when_nobody_asks_for_edits) {
  for (Case const& one : cases()) {
    SCOPED_TRACE(one.name());
    std::vector<AuditFinding> const with = audited(one, one.files()).findings;
    std::vector<AuditFinding> const without = audited(one, one.files(), false).findings;
    EXPECT_EQ(shown(with), shown(without));
    ASSERT_EQ(with.size(), without.size());
    for (std::size_t i = 0; i < with.size(); ++i)
      EXPECT_EQ(with[i].fix_title, without[i].fix_title);
  }
}

/// All comments of a file that is YAML.
std::multiset<std::string> comments(std::string const& text) {
  std::multiset<std::string> found;
  auto const document = yaml::read(text);
  if (!document) return found;
  for (yaml::Comment const& comment : document->comments()) found.insert(std::string(comment.text));
  return found;
}

Files mended(Files files, AuditFinding const& finding) {
  std::map<std::string, std::vector<TextEdit>> edits;
  for (Edit const& edit : finding.fix)
    edits[edit.file].push_back({edit.begin, edit.end, edit.text});
  for (auto& [path, list] : edits) files.at(path) = edited(files.at(path), std::move(list));
  return files;
}

TEST(Rules, have_edits_where_they_have_a_title_for_them) {
  for (Case const& one : cases())
    for (AuditFinding const& finding : audited(one, one.files()).findings)
      EXPECT_EQ(finding.fix_title.empty(), finding.fix.empty())
          << one.name() << ": " << shown({finding}) << finding.fix_title;
}

TEST(Rules, have_fixes_that_mend_their_finding_and_leave_a_valid_file) {
  std::size_t tried = 0;
  for (Case const& one : cases()) {
    SCOPED_TRACE(one.name());
    Files const files = one.files();
    std::vector<AuditFinding> const before = of_rule(audited(one, files), one.page->id);
    for (AuditFinding const& finding : before) {
      if (finding.fix.empty()) continue;
      SCOPED_TRACE(shown({finding}) + finding.fix_title);
      ++tried;
      Files const after = mended(files, finding);
      AuditResult const again = audited(one, after);
      EXPECT_LT(of_rule(again, one.page->id).size(), before.size())
          << shown(again.findings) << after.at(finding.fix[0].file);
      bool const validity = is_about_validity(one.page->id);
      for (AuditFinding const& other : again.findings)
        EXPECT_TRUE(validity || !is_about_validity(other.rule)) << shown({other});
      for (auto const& [path, text] : files) {
        EXPECT_EQ(comments(after.at(path)), comments(text)) << after.at(path);
        bool const has_crlf = after.at(path).find("\r\n") != std::string::npos;
        EXPECT_EQ(has_crlf, one.crlf);
        if (!one.crlf) continue;
        std::string const plain = replace_all(after.at(path), "\r\n", "");
        EXPECT_EQ(plain.find('\n'), std::string::npos) << "a line without CR: " << after.at(path);
      }
    }
  }
  EXPECT_GT(tried, 0U);
}

TEST(Rules, have_fixes_that_follow_each_other_to_the_end) {
  for (Case const& one : cases()) {
    SCOPED_TRACE(one.name());
    Files files = one.files();
    std::size_t left = 100;
    for (bool changed = true; changed && left > 0; --left) {
      changed = false;
      for (AuditFinding const& finding : of_rule(audited(one, files), one.page->id)) {
        if (finding.fix.empty()) continue;
        files = mended(std::move(files), finding);
        changed = true;
        break;
      }
    }
    EXPECT_GT(left, 0U) << "fixes without end: " << files.begin()->second;
  }
}

/// A text without one of its lines, and with another one cut short.
std::string damaged(std::string const& text, std::size_t number) {
  std::string made;
  std::vector<std::string> const lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i == number) continue;
    bool const is_cut = i == (number * 7 + 3) % lines.size();
    made += (is_cut ? lines[i].substr(0, lines[i].size() / 2) : lines[i]) + "\n";
  }
  return made;
}

TEST(Rules, keep_their_places_and_edits_within_damaged_files) {
  for (Case const& one : cases()) {
    if (one.crlf) continue;
    Files const files = one.files();
    std::string const& path = one.example->files[0].path;
    std::size_t const count = lines_of(files.at(path)).size();
    for (std::size_t number = 0; number < count; number += 3) {
      Files broken = files;
      broken.at(path) = damaged(files.at(path), number);
      SCOPED_TRACE(one.name() + "\n" + broken.at(path));
      for (AuditFinding const& finding : audited(one, broken).findings) {
        ASSERT_TRUE(broken.contains(finding.place.file));
        EXPECT_LE(finding.place.begin.byte, finding.place.end.byte) << shown({finding});
        EXPECT_LE(finding.place.end.byte, broken.at(finding.place.file).size()) << shown({finding});
        if (finding.fix.empty()) continue;
        Files const after = mended(broken, finding);
        EXPECT_TRUE(yaml::read(after.at(finding.fix[0].file))) << after.at(finding.fix[0].file);
      }
    }
  }
}

}  // namespace
}  // namespace landfall
