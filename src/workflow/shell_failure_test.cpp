#include "workflow/shell_failure.h"

#include "workflow/shell_fixture.h"

namespace landfall {
namespace {

TEST(ShellFailures, follow_what_bash_does) {
  struct Row {
    std::string_view script;  ///< its command `deploy` is asked for
    std::string_view failure;
    std::string_view shell = "";
  };
  Row const table[]{
      {"deploy", "stops"},
      {"deploy\na", "stops"},
      {"deploy || true", "or"},
      {"deploy || :", "or"},
      {"deploy || echo failed", "or"},
      {"deploy || exit 0", "or"},
      {"deploy || { echo failed; exit 0; }", "or"},
      {"deploy || exit 1", "stops"},
      {"deploy || { echo failed; exit 1; }", "stops"},
      {"deploy || deploy2", "stops"},
      {"deploy || FAILED=1\nif [ $FAILED ]; then exit 1; fi", "stops"},
      {"deploy || FAILED=1", "or"},
      {"deploy || echo ok=false >> $GITHUB_OUTPUT", "stops"},
      {"a && deploy || true", "or"},
      {"deploy && a || true", "or"},
      {"deploy && a", "stops"},
      {"deploy && a\nb", "and"},
      {"a && deploy\nb", "stops"},
      {"for i in 1 2; do deploy && exit 0; sleep 1; done; exit 1", "stops"},
      {"for i in 1 2; do deploy && break; sleep 1; done", "and"},
      {"for i in 1 2; do deploy && exit 0 || sleep 1; done; exit 1", "stops"},
      {"set +e\ndeploy\na", "no -e"},
      {"set +e\ndeploy", "stops"},
      {"set +e\ndeploy\nrc=$?\nset -e\nexit $rc", "stops"},
      {"set +e\ndeploy\nif [ $? -ne 0 ]; then exit 1; fi", "stops"},
      {"set +e\nset -e\ndeploy\na", "stops"},
      {"set +o errexit\ndeploy\na", "no -e"},
      {"deploy\na", "no -e", "bash -l {0}"},
      {"set -euo pipefail\ndeploy\na", "stops", "bash -l {0}"},
      {"deploy | tee log", "pipe"},
      {"deploy | tee log", "stops", "bash"},
      {"set -o pipefail\ndeploy | tee log", "stops"},
      {"a | deploy", "stops"},
      {"if deploy; then a; fi", "condition"},
      {"if deploy; then a; else echo failed; fi", "condition"},
      {"if deploy; then a; else exit 1; fi", "stops"},
      {"if ! deploy; then exit 1; fi", "stops"},
      {"if ! deploy; then echo failed; fi", "condition"},
      {"for i in 1 2; do if deploy; then exit 0; fi; done; exit 1", "stops"},
      {"until deploy; do sleep 1; done", "stops"},
      {"X=$(deploy)", "stops"},
      {"export X=$(deploy)", "substitution"},
      {"echo $(deploy)", "substitution"},
      {"X=$(deploy; a)", "no -e"},
      {"[ \"$(deploy)\" = 1 ]", "stops"},
      {"deploy &", "background"},
      {"(deploy && a); b", "stops"},
      {"{ deploy && a; }; b", "and"},
      {"f() { deploy; a; }; f", "stops"},
      {"f() { deploy; a; }; f || exit 1", "no -e"},
      {"f() { deploy; a; }; f || true", "or"},
      {"f() { a; deploy; }; f || exit 1", "stops"},
      {"bash -c 'deploy; a'", "no -e"},
      {"bash -ec 'deploy; a'", "stops"},
      {"bash -c 'deploy; a' || true", "or"},
      {"ssh host 'deploy; a'", "no -e"},
      {"ssh host 'a && deploy'", "stops"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.script);
    bool found = false;
    for (ShellCommand const& command : commands_of(row.script, shell_mode(row.shell))) {
      if (command.words.empty() || command.words[0] != "deploy") continue;
      found = true;
      EXPECT_EQ(failure_name(command.failure), row.failure);
      EXPECT_EQ(command.failure_ignored(), row.failure != "stops");
    }
    EXPECT_TRUE(found);
  }
}

}  // namespace
}  // namespace landfall
