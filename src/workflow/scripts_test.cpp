#include "workflow/scripts.h"

#include "workflow/shell_fixture.h"

namespace landfall {
namespace {

std::vector<ShellCommand> commands_in(StepScript const& script, TestFiles const& files) {
  ShellVariables const variables = test_variables;
  ReadFile const read = files.read();
  return step_commands(script, variables, read);
}

/// "file:line words", lines counted from 1.
Lines lines_in(std::string_view script, TestFiles const& files, std::string_view directory = "") {
  Lines lines;
  for (ShellCommand const& command : commands_in({script, directory, {}}, files))
    lines.push_back((command.file.empty() ? "" : command.file + ":") +
                    std::to_string(command.line + 1) + " " + words_of(command));
  return lines;
}

TEST(Scripts, of_the_repository_are_followed) {
  TestFiles const files{{
      {"scripts/deploy.sh",
       "#!/bin/bash\nset -e\ngit push https://git.heroku.com/$1.git ${2:-main}\n"},
      {"lib.sh", "NAME=lib\nf() { a \"$1\" $NAME; }\n"},
      {"web/run.sh", "b $PWD\n"},
      {"tool.py", "#!/usr/bin/env python3\nimport os\n"},
      {"binary", std::string("\x7f"
                             "ELF\0git push heroku",
                             20)},
  }};
  EXPECT_EQ(lines_in("./scripts/deploy.sh $APP", files),
            (Lines{"1 ./scripts/deploy.sh env-app", "scripts/deploy.sh:2 set -e",
                   "scripts/deploy.sh:3 git push https://git.heroku.com/env-app.git main"}));
  EXPECT_EQ(lines_in("x\nbash -e scripts/deploy.sh a b", files),
            (Lines{"1 x", "2 bash -e scripts/deploy.sh a b", "scripts/deploy.sh:2 set -e",
                   "scripts/deploy.sh:3 git push https://git.heroku.com/a.git b"}));
  EXPECT_EQ(lines_in("source lib.sh; f x", files),
            (Lines{"1 source lib.sh", "lib.sh:1 NAME=lib", "lib.sh:2 a x lib"}));
  EXPECT_EQ(lines_in("cd web && sh run.sh", files),
            (Lines{"1 cd web", "1 sh run.sh", "web/run.sh:1 b <$PWD>"}));
  EXPECT_EQ(lines_in("./run.sh", files, "./web/"), (Lines{"1 ./run.sh", "web/run.sh:1 b <$PWD>"}));
  EXPECT_EQ(lines_in("$GITHUB_WORKSPACE/web/run.sh", files),
            (Lines{"1 <$GITHUB_WORKSPACE>/web/run.sh", "web/run.sh:1 b <$PWD>"}));
  EXPECT_EQ(lines_in("./tool.py; ./binary; ./none.sh; ./$X; ../out.sh", files),
            (Lines{"1 ./tool.py", "1 ./binary", "1 ./none.sh", "1 ./<$X>", "1 ../out.sh"}));
}

TEST(Scripts, see_what_a_program_would_see) {
  TestFiles const files{{{"s.sh", "a \"$A\" \"$B\" \"$C\" $APP \"$#\" $2\n"}}};
  EXPECT_EQ(lines_in("A=1; export B=2; C=3 ./s.sh x", files).back(),
            "s.sh:1 a <$A> 2 3 env-app <$#>");
  EXPECT_EQ(lines_in("set -a; ./s.sh x 'y z'", files).back(),
            "s.sh:1 a <$A> <$B> <$C> env-app <$#> y z");
}

TEST(Scripts, keep_the_place_of_the_call_and_its_fate) {
  TestFiles const files{
      {{"s.sh", "#!/bin/sh\ndeploy\nlast\n"}, {"e.sh", "#!/bin/sh -e\ndeploy\nlast\n"}}};
  auto const of = [&](std::string_view script) {
    for (ShellCommand const& command : commands_in({script, "", {}}, files))
      if (command.words[0] == "deploy") return command;
    ADD_FAILURE() << script;
    return ShellCommand();
  };
  ShellCommand const found = of("x\ny\nif true; then sudo ./e.sh; fi");
  EXPECT_EQ(found.file, "e.sh");
  EXPECT_EQ(found.line, 1U);
  EXPECT_EQ(found.offset, 13U);
  EXPECT_EQ(found.step_line, 2U);
  EXPECT_EQ(found.step_offset, 23U);
  EXPECT_EQ(found.failure, ShellFailure::stops);
  EXPECT_EQ(of("./s.sh").failure, ShellFailure::not_errexit);
  EXPECT_EQ(of("bash -e s.sh").failure, ShellFailure::stops);
  EXPECT_EQ(of("./e.sh || true").failure, ShellFailure::or_harmless);
  EXPECT_EQ(of("./e.sh || exit 1").failure, ShellFailure::stops);
}

TEST(Scripts, make_runs_recipes_in_order) {
  TestFiles const files{{
      {"Makefile",
       "APP ?= default-app\nNAME = made\nVERSION := $(shell git describe)\n\n"
       ".PHONY: deploy build\nall: build\n\nbuild:\n\t@echo building\n\n"
       "deploy: build push ## ships it\n\t@heroku container:release web \\\n\t  -a $(NAME)\n"
       "\t-curl $(APP) $(VERSION)\n\npush:\n\tx $$HOME ${NAME}\n\n\ty\n"},
      {"sub/Makefile", "first:\n\ta $(NAME)\n"},
  }};
  EXPECT_EQ(lines_in("make deploy", files),
            (Lines{"1 make deploy", "Makefile:9 echo building", "Makefile:17 x <$HOME> made",
                   "Makefile:19 y", "Makefile:12 heroku container:release web -a made",
                   "Makefile:14 curl env-app <${VERSION}>", "Makefile:14 true"}));
  EXPECT_EQ(lines_in("make -C sub NAME=given", files),
            (Lines{"1 make -C sub NAME=given", "sub/Makefile:2 a given"}));
  EXPECT_EQ(lines_in("make", files), (Lines{"1 make", "Makefile:9 echo building"}));
  EXPECT_EQ(lines_in("make -n deploy; make nothing", files),
            (Lines{"1 make -n deploy", "1 make nothing"}));
}

TEST(Scripts, of_package_json_run_with_their_arguments) {
  TestFiles const files{{
      {"package.json",
       "{\n  \"name\": \"x\",\n  \"scripts\": {\n    \"predeploy\": \"a\",\n"
       "    \"deploy\": \"wrangler deploy\",\n    \"ship\": \"npm run deploy && b\",\n"
       "    \"test\": \"jest\",\n    \"loop\": \"npm run loop\"\n  }\n}\n"},
      {"web/package.json", "{\"scripts\": {\"deploy\": \"vercel\"}}"},
      {"bad/package.json", "{\"scripts\": "},
  }};
  EXPECT_EQ(lines_in("npm run deploy -- --env prod", files),
            (Lines{"1 npm run deploy -- --env prod", "package.json:4 a",
                   "package.json:5 wrangler deploy --env prod"}));
  EXPECT_EQ(lines_in("yarn deploy --env prod", files).back(),
            "package.json:5 wrangler deploy --env prod");
  EXPECT_EQ(lines_in("pnpm run ship", files),
            (Lines{"1 pnpm run ship", "package.json:6 npm run deploy", "package.json:4 a",
                   "package.json:5 wrangler deploy", "package.json:6 b"}));
  EXPECT_EQ(lines_in("npm --prefix web run deploy; cd web; npm run deploy", files),
            (Lines{"1 npm --prefix web run deploy", "web/package.json:1 vercel", "1 cd web",
                   "1 npm run deploy", "web/package.json:1 vercel"}));
  EXPECT_EQ(lines_in("npm test", files), (Lines{"1 npm test", "package.json:7 jest"}));
  EXPECT_EQ(lines_in("npm publish; npm run none; npm ci; yarn", files),
            (Lines{"1 npm publish", "1 npm run none", "1 npm ci", "1 yarn"}));
  EXPECT_EQ(lines_in("npm run deploy", files, "bad"), Lines{"1 npm run deploy"});
  EXPECT_EQ(lines_in("npm run loop", files),
            (Lines{"1 npm run loop", "package.json:8 npm run loop"}));
}

TEST(Scripts, that_call_each_other_end) {
  TestFiles files{{{"a.sh", "./b.sh\n./b.sh\n"}, {"b.sh", "./a.sh\nx\n"}}};
  EXPECT_EQ(lines_in("./a.sh", files),
            (Lines{"1 ./a.sh", "a.sh:1 ./b.sh", "b.sh:1 ./a.sh", "b.sh:2 x", "a.sh:2 ./b.sh"}));
  for (int i = 0; i < 20; ++i)
    files.files["s" + std::to_string(i)] =
        "./s" + std::to_string(i + 1) + "\n./s" + std::to_string(i + 1) + "\n";
  EXPECT_LE(lines_in("./s0", files).size(), 1000U);
  files.files["Makefile"] = "a: b\n\tmake b\nb: a\n\tmake a\n";
  EXPECT_LE(lines_in("make a", files).size(), 100U);
  files.files["huge.sh"] = std::string(1 << 20, 'x');
  EXPECT_EQ(lines_in("./huge.sh", files), Lines{"1 ./huge.sh"});
}

TEST(Scripts, without_files_or_a_shell_there_are_only_the_steps_own) {
  ShellVariables const variables = test_variables;
  EXPECT_EQ(step_commands({"./a.sh", "", {}}, variables, {}).size(), 1U);
  EXPECT_TRUE(step_commands({"a", "", shell_mode("python")}, variables, {}).empty());
  auto const windows = step_commands({"a\nb", "x", shell_mode("pwsh")}, variables, {});
  ASSERT_EQ(windows.size(), 2U);
  EXPECT_EQ(windows[0].directory, "x");
}

}  // namespace
}  // namespace landfall
