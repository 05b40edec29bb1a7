#include "workflow/shell_writes.h"

#include "workflow/shell_fixture.h"

namespace landfall {
namespace {

Lines writes_of(std::string_view script, std::string_view shell = "") {
  Lines lines;
  for (ShellCommand const& command : commands_of(script, shell_mode(shell)))
    for (StepWrite const& write : step_writes(command)) {
      std::string const to = write.to == StepWrite::To::env      ? "env "
                             : write.to == StepWrite::To::output ? "output "
                                                                 : "path ";
      lines.push_back(marked(to + write.name + (write.value ? "=" + *write.value : "") +
                             (write.perhaps ? " perhaps" : "")));
    }
  return lines;
}

TEST(StepWrites, are_seen_in_all_their_forms) {
  struct Row {
    std::string_view script;
    Lines writes;
    std::string_view shell = "";
  };
  Row const table[]{
      {"echo \"A=b\" >> $GITHUB_ENV", {"env A=b"}},
      {"echo A=$APP >> \"$GITHUB_ENV\"", {"env A=env-app"}},
      {"echo \"A=$(x)\" >> $GITHUB_ENV", {"env A"}},
      {"echo \"A=p-$NONE\" >> ${GITHUB_ENV}", {"env A=p-<$NONE>"}},
      {"echo \"$NAME=x\" >> $GITHUB_ENV", {"env =x"}},
      {"echo A=b > $GITHUB_OUTPUT", {"output A=b"}},
      {"echo /opt/bin >> $GITHUB_PATH", {"path /opt/bin"}},
      {"printf 'A=%s\\nB=c\\n' x >> $GITHUB_ENV", {"env A=x", "env B=c"}},
      {"echo -e 'A=1\\nB=2' >> $GITHUB_ENV", {"env A=1", "env B=2"}},
      {"{ echo A=1; echo B=2; } >> $GITHUB_ENV", {"env A=1", "env B=2"}},
      {"cat <<EOF >> $GITHUB_ENV\nA=1\nB=$APP\nEOF", {"env A=1", "env B=env-app"}},
      {"cat <<'X' >> $GITHUB_ENV\nA<<E\n1\n2\nE\nX", {"env A=1\n2"}},
      {"{ echo 'A<<E'; cat f; echo E; } >> $GITHUB_OUTPUT", {"output A", "output "}},
      {"cat f >> $GITHUB_ENV", {"env "}},
      {"echo A=b | tee -a $GITHUB_ENV", {"env A=b"}},
      {"echo '::set-output name=a::b c'", {"output a=b c"}},
      {"if test -f x; then echo A=b >> $GITHUB_ENV; fi", {"env A=b perhaps"}},
      {"echo A=b >> file", {}},
      {"echo A=b", {}},
      {"[ -n \"$GITHUB_ENV\" ]", {}},
      {"\"A=b\" >> $env:GITHUB_ENV", {"env A=b"}, "pwsh"},
      {"echo \"A=b\" | Out-File -FilePath $env:GITHUB_ENV -Append", {"env "}, "pwsh"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.script);
    EXPECT_EQ(writes_of(row.script, row.shell), row.writes);
  }
}

}  // namespace
}  // namespace landfall
