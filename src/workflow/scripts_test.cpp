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
                   "Makefile:14 curl env-app '<$(shell git describe)>'", "Makefile:14 true"}));
  EXPECT_EQ(lines_in("make -C sub NAME=given", files),
            (Lines{"1 make -C sub NAME=given", "sub/Makefile:2 a given"}));
  EXPECT_EQ(lines_in("make", files), (Lines{"1 make", "Makefile:9 echo building"}));
  EXPECT_EQ(lines_in("make -n deploy; make nothing", files),
            (Lines{"1 make -n deploy", "1 make nothing"}));
}

TEST(Scripts, make_knows_what_its_variables_hold) {
  TestFiles const files{{
      {"Makefile",
       "HOST = git.heroku.com\nREMOTE := https://$(HOST)/${APP}.git\nLIST = a\nLIST += b\n"
       "ifeq ($(CI),true)\nMODE = ci\nendif\nLOOP = $(LOOP)x\n"
       "ship: REMOTE_NAME = $(APP)-own\n"
       "ship: needed\n\tpush '$(REMOTE)' $@ $< $(REMOTE_NAME)\n\techo $(LIST) $(MODE) $(LOOP)\n"
       "needed:\n\tneed $(REMOTE_NAME) $(call f,(x),$(y)) end\n"
       "in-%: %-done\n\t$(MAKE) -C sub to STAGE=$*\n"
       "prod-done:\n\tended $(STAGE)\n"
       "cd:\n\tcd sub\n\tmake to\nsemi: ; one $@\n"
       "define BODY\nfake:\n\tnot a rule\nendef\n-include sub/more.mk none.mk\n"},
      {"sub/Makefile", "STAGE ?= none\nto:\n\tdeploy $(STAGE)\n"},
      {"sub/more.mk", "more: \\\n  needed\n\tincluded \\\n\t  $(HOST)\n"},
  }};
  EXPECT_EQ(lines_in("make ship APP=given", files),
            (Lines{"1 make ship APP=given", "Makefile:14 need given-own '<$(call f,(x),$(y))>' end",
                   "Makefile:11 push https://git.heroku.com/given.git ship needed given-own",
                   "Makefile:12 echo a b <$(MODE)> <$(LOOP)>xxxxxxxxx"}));
  EXPECT_EQ(lines_in("make --directory=. needed", files).back(),
            "Makefile:14 need <$(REMOTE_NAME)> '<$(call f,(x),$(y))>' end");
  EXPECT_EQ(lines_in("make in-prod", files),
            (Lines{"1 make in-prod", "Makefile:18 ended <$(STAGE)>",
                   "Makefile:16 make -C sub to STAGE=prod", "sub/Makefile:3 deploy prod"}));
  EXPECT_EQ(lines_in("export STAGE=shell; make -C sub to", files).back(),
            "sub/Makefile:3 deploy shell");
  EXPECT_EQ(lines_in("STAGE=word make -Csub to", files).back(), "sub/Makefile:3 deploy word");
  EXPECT_EQ(lines_in("STAGE=own; make -C sub to", files).back(), "sub/Makefile:3 deploy none");
  // Each line of a recipe has a shell of its own.
  EXPECT_EQ(lines_in("make cd", files),
            (Lines{"1 make cd", "Makefile:20 cd sub", "Makefile:21 make to"}));
  EXPECT_EQ(lines_in("make semi fake more", files),
            (Lines{"1 make semi fake more", "Makefile:22 one semi",
                   "Makefile:14 need <$(REMOTE_NAME)> '<$(call f,(x),$(y))>' end",
                   "sub/more.mk:3 included git.heroku.com"}));
}

TEST(Scripts, of_make_end_whatever_the_file_says) {
  TestFiles files;
  std::string doubling = "V0 = x\n";
  for (int i = 1; i < 40; ++i)
    doubling += "V" + std::to_string(i) + " = $(V" + std::to_string(i - 1) + ")$(V" +
                std::to_string(i - 1) + ")\n";
  files.files["Makefile"] = doubling + "all: a b\n\techo $(V39) $(\n\techo ${\na: b\nb: a\n\t$\n";
  std::vector<ShellCommand> const commands = commands_in({"make all", "", {}}, files);
  ASSERT_GE(commands.size(), 2U);
  EXPECT_LE(commands.size(), 10U);
  for (ShellCommand const& command : commands) EXPECT_LE(words_of(command).size(), 200'000U);
  files.files["Makefile"] = "include Makefile\ninclude a.mk\nx:\n\techo\n";
  files.files["a.mk"] = "include Makefile\ninclude a.mk\n";
  EXPECT_EQ(lines_in("make x", files).back(), "Makefile:4 echo");
}

TEST(Scripts, of_packages_are_found_where_they_are) {
  TestFiles const files{{
      {"package.json",
       "{\"workspaces\": [\"packages/*\", \"tool\"],\n"
       " \"scripts\": {\"ship\": \"root\", \"x\": \"npm run ship\"}}"},
      {"packages/app/package.json", "{\"name\": \"@acme/app\", \"scripts\": {\"ship\": \"fly\"}}"},
      {"packages/other/package.json", "{\"name\": \"elsewhere\", \"scripts\": {\"ship\": \"no\"}}"},
      {"tool/package.json", "{\"name\": \"hammer\", \"scripts\": {\"ship\": \"hit\"}}"},
      {"p/pnpm-workspace.yaml", "packages:\n  - 'apps/**'\n"},
      {"p/apps/web/package.json", "{\"name\": \"web\", \"scripts\": {\"ship\": \"web\"}}"},
  }};
  struct Row {
    std::string_view script;
    std::string_view last;
  };
  std::string const app = "packages/app/package.json:1 fly";
  for (Row const& row : {
           Row{"npm run ship -w packages/app", app},
           {"npm run ship -w=packages/app --if-present", app},
           {"npm -w @acme/app run ship -- --x", "packages/app/package.json:1 fly --x"},
           {"npm run --workspace=@acme/app ship --silent", app},
           {"npm run --prefix packages/app ship", app},
           {"npm --prefix=packages/app run-script ship", app},
           {"yarn workspace @acme/app ship", app},
           {"yarn workspace hammer run ship", "tool/package.json:1 hit"},
           {"yarn --cwd packages/app ship", app},
           {"yarn run ship", "package.json:2 root"},
           {"yarn run wrangler deploy", "1 wrangler deploy"},
           {"pnpm --filter @acme/app ship", app},
           {"pnpm --filter @acme/app run ship --x", "packages/app/package.json:1 fly --x"},
           {"pnpm -F ./packages/app ship", app},
           {"pnpm -w ship", "package.json:2 root"},
           {"pnpm -C packages/app ship", app},
           {"cd p && pnpm --filter={apps/web} ship", "p/apps/web/package.json:1 web"},
           {"cd p && pnpm --filter web ship", "p/apps/web/package.json:1 web"},
           {"bun run --filter hammer ship", "tool/package.json:1 hit"},
           {"bun ship", "package.json:2 root"},
           {"npm run x", "package.json:2 root"},
           // Which packages these are only a run tells, or there are none.
           {"npm run ship -w elsewhere", "1 npm run ship -w elsewhere"},
           {"npm run ship --workspaces", "1 npm run ship --workspaces"},
           {"pnpm -r ship", "1 pnpm -r ship"},
           {"pnpm --filter 'app*' ship", "1 pnpm --filter app* ship"},
           {"pnpm --filter @acme/app deploy out", "1 pnpm --filter @acme/app deploy out"},
           {"npm install ship", "1 npm install ship"},
           {"npm -w", "1 npm -w"},
           {"yarn workspace", "1 yarn workspace"},
       })
    EXPECT_EQ(lines_in(row.script, files).back(), row.last) << row.script;
}

TEST(Scripts, of_package_json_stand_where_their_text_does) {
  TestFiles const files{{{"package.json",
                          "{\n\t\"name\": \"deploy\",\n\t\"scripts\": { \"a\": \"x\",\n"
                          "\t  \"deploy\": \"one && two\" }\n}\n"},
                         {"s.sh", "if true; then\n  here\nfi\n"}}};
  auto const last = [&](std::string_view script) {
    return commands_in({script, "", {}}, files).back();
  };
  EXPECT_EQ(last("npm run deploy").line, 3U);
  EXPECT_EQ(last("npm run deploy").column, 13U);
  EXPECT_EQ(last("npm run a").line, 2U);
  EXPECT_EQ(last("npm run a").column, 19U);
  EXPECT_EQ(last("sh s.sh").column, 2U);
}

TEST(Scripts, tell_which_calls_were_followed) {
  TestFiles const files{{{"a.sh", "x\n"}, {"Makefile", "a:\n\tx\n"}, {"t.py", "import os\n"}}};
  for (auto const& [script, followed] :
       {std::pair("./a.sh", true), std::pair("make a", true), std::pair("make b", false),
        std::pair("python t.py", false), std::pair("./t.py", false), std::pair("npm run a", false)})
    EXPECT_EQ(commands_in({script, "", {}}, files).front().followed, followed) << script;
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
