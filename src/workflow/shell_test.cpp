#include "workflow/shell.h"

#include "workflow/shell_fixture.h"

namespace landfall {
namespace {

struct Row {
  std::string_view script;
  Lines words;
};

void expect_words(std::span<Row const> table) {
  for (Row const& row : table) {
    SCOPED_TRACE(row.script);
    EXPECT_EQ(words_in(row.script), row.words);
  }
}

TEST(Shell, commands_are_seen_through_every_way_to_join_them) {
  Row const table[]{
      {"", {}},
      {"a", {"a"}},
      {"a; b\nc && d || e | f & g", {"a", "b", "c", "d", "e", "f", "g"}},
      {"! a", {"a"}},
      {"(a; b) && { c; d; }", {"a", "b", "c", "d"}},
      {"if a; then b; elif c; then d; else e; fi", {"a", "c", "b", "d", "e"}},
      {"while a; do b; done; until c; do d; done", {"a", "b", "c", "d"}},
      {"case $X in\n a|b) one ;;\n (c) two ;;\n *) three\nesac", {"one", "two", "three"}},
      {"a \\\n  b \\\r\n  c\nd", {"a b c", "d"}},
      {"a # b\n# c\nd#e", {"a", "d#e"}},
      {"a 'b c' \"d e\"", {"a 'b c' 'd e'"}},
      {"a 'x'\"y\"z", {"a xyz"}},
      {"a \"\" ''", {"a '' ''"}},
      {"a $'b\\n'", {"a b\\n"}},
      {"a\r\nb\r\n", {"a", "b"}},
      {"echo {a,b} {", {"echo {a,b} {"}},
      {"time a; nohup b & exec c", {"a", "b", "c"}},
      {"[[ -f x && ! -d y ]] && a", {"[[ -f x && ! -d y ]]", "a"}},
      {"((i++)); a", {"(( ((i++))", "a"}},
      {"for ((i=0; i<3; i++)); do a; done", {"a"}},
      {"a > b 2>&1 < c", {"a"}},
      {"2> x a 1>/dev/null b", {"a b"}},
      {"a <(b) >(c)", {"a <(b) >(c)"}},
      {"fi; a; done; )b", {"a", "b"}},
      {"export X=1 Y; readonly Z=2", {"X=1", "Z=2"}},
      {"X=1 Y=2 a b=c", {"X=1 Y=2 a b=c"}},
  };
  expect_words(table);
}

TEST(Shell, a_function_runs_where_it_is_called) {
  Row const table[]{
      {"f() { a; }", {}},
      {"f() { a; }\nb; f; c", {"b", "a", "c"}},
      {"function f { a \"$1\" \"$2\"; }\nf x", {"a x ''"}},
      {"function f() (\n a\n)\nf", {"a"}},
      {"f() { a; return 0; b; }\nf; c", {"a", "return 0", "c"}},
      {"f() { f; }; f; a", {"f", "a"}},
      {"f() { a \"$@\"; }; f 'x y' z", {"a 'x y' z"}},
      {"f() { shift; a $1; }; f x y", {"shift", "a y"}},
  };
  expect_words(table);
}

TEST(Shell, the_body_of_a_here_document_is_no_command_but_for_a_shell) {
  Row const table[]{
      {"cat <<EOF > x\ngit push heroku\nEOF\na", {"cat", "a"}},
      {"cat <<'EOF'\n$(a)\nEOF\nb", {"cat", "b"}},
      {"cat <<EOF\n$(a)\nEOF\nb", {"a", "cat", "b"}},
      {"cat <<-\tEOF\n\ta\n\tEOF\nb", {"cat", "b"}},
      {"a <<X <<Y\n1\nX\n2\nY\nb", {"a", "b"}},
      {"bash <<EOF\na $APP\nEOF", {"a env-app"}},
      {"bash -e <<'EOF'\na\nb\nEOF", {"a", "b"}},
      {"ssh -p 22 me@host <<'EOF'\na $APP\nEOF", {"ssh -p 22 me@host", "a <$APP>"}},
      {"ssh host <<EOF\na $APP\nEOF", {"ssh host", "a env-app"}},
      {"ssh host bash -s <<EOF\na\nEOF", {"ssh host bash -s", "a"}},
      {"cat <<EOF\nnever ends", {"cat"}},
      {"grep x <<< 'a b'; c", {"grep x", "c"}},
      {"X=$(cat <<'EOF'\ndon't )\nEOF\n)\na", {"cat", "X=<$(...)>", "a"}},
  };
  expect_words(table);
}

TEST(Shell, commands_within_commands_come_first) {
  Row const table[]{
      {"a $(b | c) `d`", {"b", "c", "d", "a <$(...)> <`...`>"}},
      {"a \"$(b \"$(c)\")\"", {"c", "b <$(...)>", "a <$(...)>"}},
      {"X=$(a)", {"a", "X=<$(...)>"}},
      {"a $(case x in x) b;; esac) c", {"b", "a <$(...)> c"}},
      {"a $((1 + $(b))) c", {"a '<$((1 + $(b)))>' c"}},
      {"bash -c 'a; b' ; sh -ec \"c $APP\"", {"a", "b", "c env-app"}},
      {"bash -c 'a $1' x y", {"a y"}},
      {"bash -c \"bash -c 'a'\"", {"a"}},
      {"ssh host; bash -c ''; a $()", {"ssh host", "a <$(...)>"}},
      {"eval \"a b\"; eval $X", {"a b", "<$X>"}},
      {"ssh host 'a; b' c", {"ssh host 'a; b' c", "a", "b c"}},
      {"a $(echo b)", {"echo b", "a b"}},
  };
  expect_words(table);
}

TEST(Shell, what_runs_another_program_is_taken_away) {
  Row const table[]{
      {"sudo -E -u me a b", {"a b"}},
      {"timeout -k 5 60s a", {"a"}},
      {"env -u X Y=1 Z=2 a", {"Y=1 Z=2 a"}},
      {"nice -n 5 ionice -c 3 a", {"a"}},
      {"npx --yes -p x wrangler@3 deploy", {"wrangler@3 deploy"}},
      {"pnpm dlx vercel deploy; yarn dlx a; bunx b; npm exec -- c",
       {"vercel deploy", "a", "b", "c"}},
      {"yarn wrangler deploy; yarn install", {"wrangler deploy", "yarn install"}},
      {"pnpm exec wrangler deploy; bundle exec cap production deploy",
       {"wrangler deploy", "cap production deploy"}},
      {"python3 -m twine upload x; poetry run a", {"twine upload x", "a"}},
      {"doppler run -p x -- a b", {"a b"}},
      {"retry -t 3 -- a", {"a"}},
      {"command -v a && command a", {"command -v a", "a"}},
      {"sshpass -p x ssh h 'a'", {"ssh h a", "a"}},
      {"xargs -n 1 a", {"a"}},
      {"sudo", {"sudo"}},
      {"env", {"env"}},
  };
  expect_words(table);
  EXPECT_TRUE(commands_of("npx heroku x")[0].fetched);
  EXPECT_FALSE(commands_of("sudo heroku x")[0].fetched);
  EXPECT_TRUE(commands_of("retry -t 3 -- a")[0].in_loop);
}

TEST(Shell, variables_are_known_where_they_are_certain) {
  Row const table[]{
      {"a $APP ${APP} \"$APP\" '$APP'", {"a env-app env-app env-app $APP"}},
      {"a $NONE \"x-$NONE\"", {"a <$NONE> x-<$NONE>"}},
      {"a $FLAGS \"$FLAGS\"", {"a --app x --quiet '--app x --quiet'"}},
      {"a x$EMPTY $EMPTY \"$EMPTY\"", {"a x ''"}},
      {"X=1; a $X; X=2; a $X", {"X=1", "a 1", "X=2", "a 2"}},
      {"X=1 a $X", {"X=1 a <$X>"}},
      {"X=a; X+=b; c $X", {"X=a", "X=b", "c ab"}},
      {"X=$NONE-y; a $X", {"X=<$NONE>-y", "a <$NONE>-y"}},
      {"X=$NONE; a $X", {"X=<$NONE>", "a <$X>"}},
      {"X=(a 'b c'); X+=(d); e \"${X[@]}\" ${X[0]}", {"e a 'b c' d <${X[0]}>"}},
      {"(X=1); a $X", {"X=1", "a <$X>"}},
      {"read APP; a $APP", {"read APP", "a <$APP>"}},
      {"unset APP; a ${APP:-d}", {"unset APP", "a d"}},
      {"source ./unknown.sh; a $APP", {"source ./unknown.sh", "a <$APP>"}},
      {". venv/bin/activate; a $APP", {". venv/bin/activate", "a env-app"}},
      {"printf -v APP x; a $APP", {"printf -v APP x", "a <$APP>"}},
      {"set -- p q; a $2 $3", {"set -- p q", "a q"}},
      {"a $1 \"$@\" $# $?", {"a <$1> <$@> <$#> <$?>"}},
      {"while read APP; do a $APP; done < x; b $APP", {"read APP", "a <$APP>", "b <$APP>"}},
      {"X=0; until a $X; do X=$((X+1)); done", {"X=0", "a <$X>", "X=<$((X+1))>"}},
  };
  expect_words(table);
}

TEST(Shell, operations_on_known_values_are_done) {
  struct Operation {
    std::string_view word;
    std::string_view value;
  };
  Operation const table[]{
      {"${GITHUB_REF#refs/heads/}", "main"},
      {"${GITHUB_REF##*/}", "main"},
      {"${GITHUB_REF%/*}", "refs/heads"},
      {"${GITHUB_REF%%/*}", "refs"},
      {"${GITHUB_REF#x}", "refs/heads/main"},
      {"${GITHUB_REF//\\//-}", "refs-heads-main"},
      {"${APP/env/prod}", "prod-app"},
      {"${APP^^}", "ENV-APP"},
      {"${APP^}", "Env-app"},
      {"${APP:0:3}", "env"},
      {"${APP:4}", "app"},
      {"${APP:-other}", "env-app"},
      {"${EMPTY:-other}", "other"},
      {"${EMPTY-other}", "''"},
      {"${APP:+yes}", "yes"},
      {"${EMPTY:+yes}", "''"},
      {"${EMPTY:-$APP}", "env-app"},
      {"${NONE:-other}", "<${NONE:-other}>"},
      {"${NONE#x}", "<${NONE#x}>"},
      {"${#APP}", "<${#APP}>"},
      {"${!APP}", "<${!APP}>"},
      {"${APP@Q}", "<${APP@Q}>"},
      {"${", "<${>"},
      {"$", "$"},
  };
  for (Operation const& row : table) {
    SCOPED_TRACE(row.word);
    EXPECT_EQ(words_in("a \"" + std::string(row.word) + "\""),
              Lines{"a " + std::string(row.value)});
  }
}

TEST(Shell, branches_are_taken_as_far_as_they_are_known) {
  Row const table[]{
      {"if [ \"$GITHUB_REF\" = refs/heads/main ]; then a; else b; fi",
       {"[ refs/heads/main = refs/heads/main ]", "a"}},
      {"if [[ $GITHUB_REF == refs/tags/* ]]; then a; else b; fi",
       {"[[ refs/heads/main == refs/tags/* ]]", "b"}},
      {"if [ -z \"$EMPTY\" ] && [ 3 -gt 2 ]; then a; fi; b",
       {"[ -z '' ]", "[ 3 -gt 2 ]", "a", "b"}},
      {"[ \"$APP\" != x -a -n \"$APP\" ] && a || b", {"[ env-app != x -a -n env-app ]", "a", "b"}},
      {"true || a; false && b; ! false && c", {"true", "false", "false", "c"}},
      {"case \"$GITHUB_REF_NAME\" in ma*) a;; *) b;; esac", {"a"}},
      {"case main in dev|stage) a;; esac; b", {"b"}},
      {"while false; do a; done; b", {"false", "b"}},
      {"for X in 1 2; do a $X; done", {"a 1", "a 2"}},
      {"for X in $FLAGS; do a $X; done", {"a --app", "a x", "a --quiet"}},
      {"for X in *.txt; do a $X; done", {"a <$X>"}},
      {"for i in 1 2 3; do a; done", {"a"}},
      {"for X in a b; do [ $X = a ] && continue; c $X; done",
       {"[ a = a ]", "continue", "[ b = a ]", "c b"}},
      {"exit 0; a", {"exit 0"}},
      {"if [ -n \"$APP\" ]; then exit 0; fi; a", {"[ -n env-app ]", "exit 0"}},
  };
  expect_words(table);
}

TEST(Shell, where_ways_part_each_keeps_its_variables_together) {
  EXPECT_EQ(words_in("if test -f x; then A=1; B=2; else A=3; B=4; fi\na $A $B\nb"),
            (Lines{"test -f x", "A=1", "B=2", "a 1 2", "A=3", "B=4", "a 3 4", "b"}));
  EXPECT_EQ(words_in("A=0; test -f x && A=1\na $A"),
            (Lines{"A=0", "test -f x", "A=1", "a 1", "a 0"}));
  EXPECT_EQ(words_in("case $X in a) A=1;; b) A=2;; *) exit 1;; esac\na $A"),
            (Lines{"exit 1", "A=1", "a 1", "A=2", "a 2"}));
  // More ways than are followed: what differs is unknown, and nothing is lost.
  std::string script;
  for (int i = 0; i < 6; ++i) script += "if test -f x; then A=" + std::to_string(i) + "; fi\n";
  Lines const words = words_in(script + "a $A\n");
  EXPECT_NE(std::find(words.begin(), words.end(), "a <$A>"), words.end());
  EXPECT_EQ(std::count(words.begin(), words.end(), "A=5"), 1);
}

TEST(Shell, a_command_knows_where_it_stands) {
  std::string const script = "a\n  sudo b &&\n\tc $(d)\nbash <<'E'\n  e\nE\nf() { g; }\nf\n";
  struct Place {
    std::string_view words;
    std::size_t line;
    std::string_view at;
  };
  Place const table[]{{"a", 0, "a"},    {"b", 1, "b &&"}, {"d", 2, "d)"}, {"c <$(...)>", 2, "c $"},
                      {"e", 4, "e\nE"}, {"g", 6, "g;"}};
  std::vector<ShellCommand> const commands = commands_of(script);
  ASSERT_EQ(commands.size(), std::size(table));
  for (std::size_t i = 0; i < commands.size(); ++i) {
    SCOPED_TRACE(table[i].words);
    EXPECT_EQ(words_of(commands[i]), table[i].words);
    EXPECT_EQ(commands[i].line, table[i].line);
    EXPECT_EQ(script.substr(commands[i].offset, table[i].at.size()), table[i].at);
    EXPECT_EQ(commands[i].step_line, table[i].line);
  }
  EXPECT_EQ(commands_of("a\n (( i++ ))")[1].offset, 3U);
  for (std::string_view const unfinished : {"bash <<E", "X=$(bash <<E", "ssh h <<E\nx"})
    for (ShellCommand const& command : commands_of(unfinished))
      EXPECT_LE(command.offset, unfinished.size()) << unfinished;
  // Text that was put together points to the line that it came from.
  std::vector<ShellCommand> const inner = commands_of("x\nbash -c \"a $APP\n  b\"\n");
  ASSERT_EQ(inner.size(), 3U);
  EXPECT_EQ(inner[1].line, 1U);
  EXPECT_EQ(inner[2].line, 2U);
}

TEST(Shell, a_command_knows_how_it_is_reached) {
  auto const find = [](std::string_view script, std::string_view word) {
    for (ShellCommand const& command : commands_of(script))
      if (!command.words.empty() && command.words[0] == word) return command;
    ADD_FAILURE() << word;
    return ShellCommand();
  };
  EXPECT_TRUE(find("if a; then b; fi", "a").in_condition);
  EXPECT_FALSE(find("if a; then b; fi", "b").in_condition);
  EXPECT_TRUE(find("if a; then b; fi", "b").perhaps);
  EXPECT_TRUE(find("! a", "a").in_condition);
  EXPECT_TRUE(find("until a; do b; done", "a").in_condition);
  EXPECT_TRUE(find("until a; do b; done", "b").in_loop);
  EXPECT_FALSE(find("a && b", "b").perhaps);
  EXPECT_TRUE(find("a || b", "b").perhaps);
  EXPECT_TRUE(find("test -f x && b", "b").perhaps);
  EXPECT_TRUE(find("if test -f x; then exit 0; fi; b", "b").perhaps);
  EXPECT_FALSE(find("if test -f x; then exit 1; fi; b", "b").perhaps);
  EXPECT_TRUE(find("a | b", "a").writes_pipe);
  EXPECT_TRUE(find("a | b", "b").reads_pipe);
  EXPECT_FALSE(find("a | b", "a").reads_pipe);
  EXPECT_EQ(find("X=$(a | b)", "a").captured_by, "X");
  EXPECT_EQ(find("if [ \"$(a)\" = 1 ]; then b; fi", "a").captured_by, "[");
  EXPECT_EQ(find("echo $(a)", "a").captured_by, "");
  EXPECT_EQ(find("ssh -i k me@host 'a'", "a").host, "me@host");
  EXPECT_EQ(find("cd x && cd y/../z; a", "a").directory, "x/z");
  EXPECT_EQ(find("cd ../..; a", "a").directory, "");
  EXPECT_EQ(find("(cd x; a); b", "b").directory, ".");
  EXPECT_EQ(find("cd $GITHUB_WORKSPACE/x; a", "a").directory, "x");
}

TEST(Shell, redirections_to_files_are_kept) {
  auto const files = [](std::string_view script) {
    std::string text;
    for (ShellCommand const& command : commands_of(script))
      for (ShellRedirection const& redirection : command.redirections)
        text += (redirection.append ? ">>" : ">") + marked(redirection.file) + " ";
    return text;
  };
  EXPECT_EQ(files("a > x"), ">x ");
  EXPECT_EQ(files("a >> \"$GITHUB_ENV\" 2>&1"), ">><$GITHUB_ENV> ");
  EXPECT_EQ(files("a 2> err > out"), ">out ");
  EXPECT_EQ(files("{ a; b; } >> x"), ">>x >>x ");
  EXPECT_EQ(files("if a; then b; fi > x"), ">x >x ");
  EXPECT_EQ(files("a | tee -a x"), ">>x ");
  EXPECT_EQ(files("a &> x"), ">x ");
}

TEST(Shell, the_mode_follows_what_is_written) {
  struct Mode {
    std::string_view shell;
    ShellLanguage language;
    bool stops;
    bool pipefail;
  };
  Mode const table[]{
      {"", ShellLanguage::sh, true, false},
      {"bash", ShellLanguage::sh, true, true},
      {"sh", ShellLanguage::sh, true, false},
      {"bash -l {0}", ShellLanguage::sh, false, false},
      {"bash -el {0}", ShellLanguage::sh, true, false},
      {"/usr/bin/bash --noprofile -eo pipefail {0}", ShellLanguage::sh, true, true},
      {"pwsh", ShellLanguage::pwsh, false, false},
      {"powershell", ShellLanguage::pwsh, false, false},
      {"cmd", ShellLanguage::cmd, false, false},
      {"python", ShellLanguage::other, false, false},
      {"node {0}", ShellLanguage::other, false, false},
  };
  for (Mode const& row : table) {
    SCOPED_TRACE(row.shell);
    ShellMode const mode = shell_mode(row.shell);
    EXPECT_EQ(mode.language, row.language);
    EXPECT_EQ(mode.stops_on_error, row.stops);
    EXPECT_EQ(mode.pipefail, row.pipefail);
  }
}

TEST(Shell, other_languages_are_read_line_by_line_or_not_at_all) {
  EXPECT_EQ(words_in("import os\nos.system('git push')", shell_mode("python")), Lines{});
  EXPECT_EQ(words_in("if ($x) { git push heroku main }\n"
                     "heroku container:release web `\n  -a $env:APP # c\n'a b' \"$x\"",
                     shell_mode("pwsh")),
            (Lines{"if", "<$x>", "git push heroku main", "heroku container:release web -a env-app",
                   "'a b' <$x>"}));
  EXPECT_EQ(words_in("rem git push\ncall git push heroku ^\r\n main && a %APP% %NONE%\r\nb|c",
                     shell_mode("cmd")),
            (Lines{"git push heroku main", "a env-app <%NONE%>", "b", "c"}));
  std::vector<ShellCommand> const commands = commands_of("a\nb | c\nd", shell_mode("pwsh"));
  ASSERT_EQ(commands.size(), 4U);
  EXPECT_EQ(commands[0].failure, ShellFailure::not_errexit);
  EXPECT_EQ(commands[1].failure, ShellFailure::pipe);
  EXPECT_EQ(commands[3].failure, ShellFailure::stops);
  EXPECT_EQ(commands[3].line, 2U);
}

}  // namespace
}  // namespace landfall
