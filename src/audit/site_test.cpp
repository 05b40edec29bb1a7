#include "audit/site.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace landfall {
namespace {

TEST(MarkedScript, knows_where_its_bytes_stood) {
  std::string_view const script = "a ${{ x }} b ${{ y }}c";
  MarkedScript const marked(script);
  EXPECT_EQ(marked.text,
            "a \x01${{ x }}\x02 b \x01${{ y }}\x02"
            "c");
  EXPECT_EQ(script[marked.original(marked.text.find('b'))], 'b');
  EXPECT_EQ(script[marked.original(marked.text.find('c'))], 'c');
  EXPECT_EQ(marked.original(marked.text.size()), script.size());
  EXPECT_EQ(MarkedScript("plain").text, "plain");
  EXPECT_EQ(MarkedScript("open ${{ x").text, "open ${{ x");
}

TEST(RunnerLabels, are_those_that_are_written_down) {
  struct Row {
    std::string_view job;
    std::vector<std::string> labels;
  };
  Row const rows[]{
      {"runs-on: Ubuntu-Latest", {"ubuntu-latest"}},
      {"runs-on: [ubuntu-24.04, x64]", {"ubuntu-24.04", "x64"}},
      {"runs-on: [self-hosted, ubuntu-24.04]", {}},
      {"runs-on: {group: big, labels: [ubuntu-24.04]}", {"ubuntu-24.04"}},
      {"runs-on: {group: big}", {}},
      {"runs-on: ${{ vars.RUNNER }}", {}},
      {"runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [a, '${{ b }}', c]}}", {"a", "c"}},
      {"runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [a], include: [{os: b}, {x: c}]}}",
       {"a", "b"}},
      {"runs-on: ${{ matrix.os }}\n    strategy: {matrix: '${{ fromJSON(x) }}'}", {}},
      {"runs-on: ${{ matrix.os }}-big\n    strategy: {matrix: {os: [a]}}", {}},
      {"steps: []", {}},
  };
  for (Row const& row : rows) {
    SCOPED_TRACE(row.job);
    auto const document = yaml::read("jobs:\n  a:\n    " + std::string(row.job) + "\n");
    ASSERT_TRUE(document);
    Workflow const workflow = read_workflow(document->root());
    ASSERT_EQ(workflow.jobs.size(), 1U);
    std::vector<std::string> labels;
    for (RunnerLabel const& label : runner_labels(workflow.jobs[0])) {
      labels.push_back(label.name);
      EXPECT_EQ(lower(label.node->text), label.name);
    }
    EXPECT_EQ(labels, row.labels);
  }
}

TEST(JobsAfter, are_all_that_wait_for_one) {
  auto const document = yaml::read(std::string(
      "jobs:\n  a: {}\n  b: {needs: a}\n  c: {needs: [b]}\n  d: {}\n  e: {needs: [c, d]}\n"));
  ASSERT_TRUE(document);
  Workflow const workflow = read_workflow(document->root());
  auto const after = [&](std::string_view id) {
    Job const* const first = workflow.job(id);
    std::vector<std::string> ids;
    for (Job const* job : jobs_after(workflow, std::span(&first, 1))) ids.emplace_back(job->id);
    return join(ids, " ");
  };
  EXPECT_EQ(after("a"), "a b c e");
  EXPECT_EQ(after("c"), "c e");
  EXPECT_EQ(after("d"), "d e");
  EXPECT_EQ(after("e"), "e");
}

TEST(IsTrue, takes_what_github_takes) {
  for (auto const& [text, expected] :
       std::initializer_list<std::pair<std::string_view, bool>>{{"true", true},
                                                                {"True", true},
                                                                {"'true'", true},
                                                                {"${{ true }}", true},
                                                                {"false", false},
                                                                {"yes", false},
                                                                {"${{ matrix.x }}", false},
                                                                {"", false},
                                                                {"[true]", false}}) {
    auto const document = yaml::read("a: " + std::string(text) + "\n");
    ASSERT_TRUE(document);
    EXPECT_EQ(is_true(document->root().find("a")), expected) << text;
  }
  EXPECT_FALSE(is_true(nullptr));
}

TEST(InputText, is_what_the_action_gets) {
  for (auto const& [text, expected] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"True", "true"},
                                                                            {"FALSE", "false"},
                                                                            {"'False'", "False"},
                                                                            {"no", "no"},
                                                                            {"~", ""},
                                                                            {"", ""},
                                                                            {"''", ""},
                                                                            {"0", "0"}}) {
    auto const document = yaml::read("a: " + std::string(text) + "\n");
    ASSERT_TRUE(document);
    EXPECT_EQ(input_text(*document->root().find("a")), expected) << text;
  }
}

}  // namespace
}  // namespace landfall
