// Builds in simulated time: buildpacks are functions.
#include "base/text.h"
#include "sandbox/sandbox_fixture.h"

namespace landfall {
namespace {

using Entries = std::vector<ArchiveEntry>;

ArchiveEntry file(std::string path, std::string content, unsigned mode = 0644) {
  return {std::move(path), EntryKind::file, mode, std::move(content)};
}

/// The value of a variable that a program was started with.
std::string variable(SimProgram const& program, std::string_view name) {
  for (auto const& [key, value] : program.command.environment)
    if (key == name) return value;
  return "-";
}

class BuildTest : public SandboxTest {
 protected:
  /// A world whose buildpacks are these, in order, and whose full-app uses `wanted`.
  std::string world_with(std::vector<std::string> const& buildpacks, std::string const& more = "",
                         std::string const& wanted = "") {
    std::string text = small_world;
    std::string listed;
    for (std::string const& name : buildpacks) {
      listed += fmt::format("    {}: packs/{}\n", name, name);
      for (char const* program : {"detect", "compile", "release"})
        write(sim_->process("files"), fmt::format("../packs/{}/bin/{}", name, program), "#!\n");
    }
    if (!listed.empty()) listed = "  buildpacks:\n" + listed;
    text = replace_all(text, "  build_takes: 1s\n", "  build_takes: 0s\n" + more + listed);
    if (wanted.empty()) return text;
    return replace_all(text, "      host: full-app-123456\n",
                       "      host: full-app-123456\n      buildpacks: " + wanted + "\n");
  }

  /// What one of a buildpack's three programs does; {} is what bin/NAME is called with.
  void program(std::string const& name, std::string const& step,
               std::function<void(SimProgram)> run) {
    sim_->program(fmt::format("{}/bin/{} ", name, step), std::move(run));
  }
  /// The programs of the buildpack at this place of a build.
  void pack_at(int place, std::string const& app, std::string const& release = "--- {}\n") {
    pack_at(fmt::format("buildpacks/{}", place), app, release);
  }
  void pack_at(std::string const& root, std::string const& app, std::string const& release = "") {
    program(root, "detect", [app](SimProgram run) {
      if (app.empty()) return run.exit(1);
      run.print(app + "\n");
      run.complain("not part of the name\n");
      run.exit(0);
    });
    program(root, "compile", [app](SimProgram run) {
      run.print("-----> Compiling " + app + "\n       done\n");
      run.exit(0);
    });
    program(root, "release", [release](SimProgram run) {
      run.print(release);
      run.exit(0);
    });
  }

  Json upload(Entries const& entries) {
    Json const uploaded = json(heroku("POST", "/sources"));
    Response const put = answer(
        {.method = "PUT", .url = *uploaded.text("source_blob.put_url"), .body = *pack(entries)});
    EXPECT_EQ(put.status, 200);
    return uploaded;
  }
  /// Starts a build of full-app and gives its id.
  std::string begin(Entries const& entries, std::string const& more = "") {
    Json const uploaded = upload(entries);
    Response const made = heroku("POST", "/apps/full-app/builds",
                                 fmt::format(R"({{"source_blob":{{"url":"{}","version":"{}"}}{}}})",
                                             *uploaded.text("source_blob.get_url"), commit, more));
    EXPECT_EQ(made.status, 201) << made.body;
    return *json(made).text("id");
  }
  Json show(std::string const& id) { return json(heroku("GET", "/apps/full-app/builds/" + id)); }
  /// The whole output, when the build has ended.
  std::string output(std::string const& id) {
    return answer({.url = *show(id).text("output_stream_url"), .timeout = 2h}).body;
  }
  std::string build(Entries const& entries, std::string const& more = "") {
    return output(begin(entries, more));
  }
  std::size_t releases() {
    return json(heroku("GET", "/apps/full-app/releases")).as_array().size();
  }
  Json slug_of(std::string const& id) {
    return json(heroku("GET", "/apps/full-app/slugs/" + *show(id).text("slug.id")));
  }

  std::string const commit = "7e762b47311b55e025b7c301beba9d18540113d3";
  Entries const source{file("Procfile", "web: python3 app.py\n"), file("app.py", "run()\n")};
};

TEST_F(BuildTest, the_procfile_alone_makes_a_slug_and_a_release) {
  start(world_with({}));
  std::string const id = begin(source);
  std::string const text = output(id);
  std::string const url = *json(heroku("GET", "/apps/full-app")).text("web_url");
  EXPECT_EQ(text.substr(0, text.find("       Done:")),
            "-----> Building on the Heroku-24 stack\n"
            "-----> Determining which buildpack to use for this app\n"
            "-----> Procfile app detected\n"
            "-----> Discovering process types\n"
            "       Procfile declares types     -> web\n"
            "\n-----> Compressing...\n");
  EXPECT_EQ(text.substr(text.find("\n-----> Launching")),
            "\n-----> Launching...\n       Released v3\n       " + url + " deployed to Heroku\n");
  Json const slug = slug_of(id);
  EXPECT_EQ(*slug.text("commit"), commit);
  EXPECT_EQ(*slug.text("process_types.web"), "python3 app.py");
  std::string const blob = answer({.url = *slug.text("blob.url")}).body;
  EXPECT_EQ(*slug.integer("size"), static_cast<std::int64_t>(blob.size()));
  EXPECT_EQ(*slug.text("checksum"), "SHA256:" + sha256(blob));
}

TEST_F(BuildTest, the_same_source_gives_the_same_slug) {
  start(world_with({}));
  std::string const first = begin(source);
  output(first);
  std::string const second = begin({source[1], source[0]});
  output(second);
  EXPECT_EQ(*slug_of(first).text("checksum"), *slug_of(second).text("checksum"));
}

TEST_F(BuildTest, a_buildpack_gets_the_folders_and_variables_that_heroku_gives_it) {
  pack_at(0, "Node.js", "default_process_types:\n  web: npm start\n  worker: npm work\n");
  std::string seen;
  program("buildpacks/0", "compile", [&](SimProgram run) {
    auto const& words = run.command.arguments;
    Files& files = run.world.files;
    seen = files.read(words[1] + "/package.json").value_or("no source") + " ";
    seen += files.read(words[3] + "/GREETING").value_or("no config") + " ";
    seen += files.read(words[2] + "/kept").value_or("no cache") + " ";
    seen += variable(run, "STACK") + " " + variable(run, "SOURCE_VERSION") + " ";
    seen += variable(run, "GREETING");
    EXPECT_EQ(variable(run, "REQUEST_ID").size(), 36U);
    EXPECT_TRUE(files.write(words[2] + "/kept", "cache"));
    EXPECT_TRUE(files.write(words[1] + "/node_modules/x/run", "made", 0755));
    EXPECT_TRUE(files.link(words[1] + "/node_modules/x/out", "/etc/passwd"));
    run.print("-----> Installing\n");
    run.exit(0);
  });
  start(world_with({"node"}));
  heroku("PATCH", "/apps/full-app/config-vars", R"({"GREETING":"hi"})");
  std::string const id = begin({file("package.json", "{}")});
  std::string const text = output(id);
  EXPECT_EQ(seen, "{} hi no cache heroku-24 " + commit + " -") << text;
  EXPECT_NE(text.find("-----> Node.js app detected\n-----> Installing\n"), std::string::npos);
  EXPECT_NE(text.find("       Procfile declares types     -> (none)\n"
                      "       Default types for buildpack -> web, worker\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("leads out of the app: node_modules/x/out"), std::string::npos);
  Json const slug = slug_of(id);
  EXPECT_EQ(*slug.text("buildpack_provided_description"), "Node.js");
  EXPECT_EQ(*slug.text("process_types.worker"), "npm work");
  auto const entries = unpack(answer({.url = *slug.text("blob.url")}).body);
  ASSERT_TRUE(entries) << entries.error().text;
  ASSERT_EQ(entries->size(), 4U);
  EXPECT_EQ(entries->at(2).path, "node_modules/x/run");
  EXPECT_EQ(entries->at(2).mode, 0755U);
  // The cache is the app's and outlives the build, until it is deleted.
  build({file("package.json", "{}")});
  EXPECT_NE(seen.find(" cache "), std::string::npos) << seen;
  EXPECT_EQ(heroku("DELETE", "/apps/full-app/build-cache").status, 202);
  build({file("package.json", "{}")});
  EXPECT_NE(seen.find(" no cache "), std::string::npos) << seen;
}

TEST_F(BuildTest, the_first_buildpack_that_detects_the_source_is_the_one) {
  pack_at(0, "");
  pack_at(1, "Ruby");
  pack_at(2, "Python");
  start(world_with({"a", "b", "c"}));
  std::string const text = build({file("Gemfile", "x")});
  EXPECT_NE(text.find("-----> Ruby app detected\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("Python"), std::string::npos);
}

TEST_F(BuildTest, several_buildpacks_are_applied_in_order_and_see_what_was_exported) {
  pack_at(0, "Node.js", "default_process_types:\n  node: x\n");
  pack_at(1, "Ruby", "default_process_types:\n  web: ignored\n  rake: bundle exec rake\n");
  std::string second;
  program("buildpacks/0", "compile", [](SimProgram run) {
    std::string const root = run.command.arguments[0];
    EXPECT_TRUE(run.world.files.write(root.substr(0, root.size() - 12) + "/export", "PATH=x\n"));
    run.exit(0);
  });
  program("buildpacks/1", "compile", [&](SimProgram run) {
    second = run.command.arguments[2];
    run.exit(0);
  });
  start(world_with({"first", "second"}, "", "[first, second]"));
  std::string const id = begin(source);
  std::string const text = output(id);
  EXPECT_NE(text.find("-----> Using buildpacks:\n       1. first\n       2. second\n"
                      "-----> Node.js app detected\n-----> Ruby app detected\n"),
            std::string::npos)
      << text;
  EXPECT_NE(second.find("/buildpacks/0/export'; exec \"$@\""), std::string::npos) << second;
  Json const slug = slug_of(id);
  EXPECT_EQ(*slug.text("process_types.web"), "python3 app.py");
  EXPECT_EQ(*slug.text("process_types.rake"), "bundle exec rake");
  EXPECT_FALSE(slug.text("process_types.node"));
}

TEST_F(BuildTest, a_build_request_names_its_own_buildpacks_also_by_url) {
  pack_at("buildpacks/0/top", "Elixir");
  World host = sim_->process("host");
  std::string const archive =
      *pack({file("top/bin/detect", "#!\n", 0755), file("top/bin/compile", "#!\n", 0755)});
  auto const port = host.server.listen(0, [&](Request request, Respond respond) {
    respond(request.url == "/pack.tgz" ? Response{.status = 200, .body = archive}
                                       : Response{.status = 404});
  });
  ASSERT_TRUE(port);
  start(world_with({"other"}, "", "[other]"));
  auto const wanted = [&](std::string const& path) {
    return fmt::format(R"(,"buildpacks":[{{"url":"http://127.0.0.1:{}{}"}}])", *port, path);
  };
  std::string const text = build(source, wanted("/pack.tgz"));
  EXPECT_NE(text.find("-----> Elixir app detected\n-----> Compiling Elixir\n"), std::string::npos)
      << text;
  EXPECT_NE(build(source, wanted("/none.tgz")).find("error fetching custom buildpack"),
            std::string::npos);
  std::string const far = build(source, R"(,"buildpacks":[{"url":"https://shop.example/x.tgz"}])");
  EXPECT_NE(far.find("nor at an address of this machine"), std::string::npos) << far;
  EXPECT_EQ(releases(), 3U);
}

TEST_F(BuildTest, a_buildpack_of_herokus_own_that_is_not_there_is_stood_in_for) {
  start(world_with({}, "", "[heroku/python]"));
  std::string const text = build(source);
  EXPECT_NE(text.find("-----> Using buildpack: heroku/python\n"
                      "-----> heroku/python app detected\n"
                      " !     This sandbox has no heroku/python: nothing is installed or "
                      "compiled.\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(releases(), 3U);
}

TEST_F(BuildTest, failures_say_what_herokus_say_and_make_no_release) {
  pack_at(0, "Node.js");
  program("buildpacks/0", "compile", [](SimProgram run) {
    run.print("npm ERR! no\n");
    run.exit(3);
  });
  start(world_with({"node"}));
  std::string const compile = build(source);
  EXPECT_NE(compile.find("npm ERR! no\n !     Push rejected, failed to compile Node.js app.\n"
                         "\n !     Push failed\n"),
            std::string::npos)
      << compile;
  pack_at(0, "");
  std::string const nothing = build({file("a", "1")});
  EXPECT_NE(nothing.find(" !     No default language could be detected for this app.\n"
                         "\t\t\tHINT: This occurs when Heroku cannot detect the buildpack"),
            std::string::npos)
      << nothing;
  std::string const refused = build(source, R"(,"buildpacks":[{"url":"node"}])");
  EXPECT_NE(refused.find("-----> App not compatible with buildpack: node\n"), std::string::npos)
      << refused;
  pack_at(0, "Node.js", "]: no yaml");
  EXPECT_NE(build(source).find("failed to run bin/release"), std::string::npos);
  EXPECT_EQ(releases(), 2U);
  for (Json const& one : json(heroku("GET", "/apps/full-app/builds")).as_array())
    EXPECT_EQ(*one.text("status"), "failed");
}

TEST_F(BuildTest, a_slug_over_the_limit_is_refused) {
  start(world_with({}, "  slug_max_mb: 1\n"));
  std::string noise(3 << 20, '\0');
  Random random(1);
  for (char& c : noise) c = static_cast<char>(random.next());
  std::string const text = build({file("Procfile", "web: x\n"), file("noise", noise)});
  EXPECT_NE(text.find("M is too large (max is 1M).\n"), std::string::npos) << text;
  EXPECT_EQ(releases(), 2U);
}

TEST_F(BuildTest, what_takes_too_long_is_ended) {
  pack_at(0, "Node.js");
  bool ended = false;
  program("buildpacks/0", "compile", [&](SimProgram run) {
    run.print("waiting\n");
    run.world.loop.after(1h, [&] { ended = true; });
  });
  start(world_with({"node"}));
  Instant const before = sim_->process("client").now();
  std::string const text = build(source);
  EXPECT_NE(text.find("waiting\n !     Timed out compiling Node.js app (15 minutes)\n"),
            std::string::npos)
      << text;
  EXPECT_LT(sim_->process("client").now() - before, 16min);
  wait(2h);
  EXPECT_FALSE(ended);
  EXPECT_EQ(releases(), 2U);
}

TEST_F(BuildTest, output_comes_as_it_is_printed) {
  pack_at(0, "Node.js");
  program("buildpacks/0", "compile", [](SimProgram run) {
    run.print("first\n");
    run.world.loop.after(10s, [run] {
      run.print("second\n");
      run.exit(0);
    });
  });
  start(world_with({"node"}));
  std::string const id = begin(source);
  wait(5s);
  Request request{.url = *show(id).text("output_stream_url"), .timeout = 2s};
  // A client that reads for two seconds only.
  EXPECT_FALSE(send(request));
  EXPECT_EQ(*show(id).text("status"), "pending");
  request.timeout = 1h;
  request.headers.set("Accept", "text/event-stream");
  std::string const events = answer(request).body;
  EXPECT_NE(events.find("data: first\n\ndata: second\n\n"), std::string::npos) << events;
}

TEST_F(BuildTest, an_app_builds_one_at_a_time_and_others_are_not_kept) {
  pack_at(0, "Node.js");
  std::string order;
  program("buildpacks/0", "compile", [&](SimProgram run) {
    order += "(";
    run.world.loop.after(1min, [run, &order] {
      order += ")";
      run.exit(0);
    });
  });
  start(world_with({"node"}));
  std::string const first = begin(source);
  std::string const second = begin(source);
  wait(90s);
  EXPECT_EQ(*show(first).text("status"), "succeeded");
  EXPECT_EQ(*show(second).text("status"), "pending");
  wait(90s);
  EXPECT_EQ(*show(second).text("status"), "succeeded");
  EXPECT_EQ(order, "()()");
}

TEST_F(BuildTest, a_cancelled_build_ends_at_once_and_the_next_one_begins) {
  pack_at(0, "Node.js");
  int begun = 0;
  int done = 0;
  program("buildpacks/0", "compile", [&](SimProgram run) {
    ++begun;
    run.world.loop.after(1min, [run, &done] {
      ++done;
      run.exit(0);
    });
  });
  start(world_with({"node"}));
  std::string const first = begin(source);
  std::string const second = begin(source);
  std::string const third = begin(source);
  wait(10s);
  EXPECT_EQ(heroku("DELETE", "/apps/full-app/builds/" + first).status, 200);
  EXPECT_EQ(heroku("DELETE", "/apps/full-app/builds/" + third).status, 200);
  wait(3min);
  EXPECT_EQ(*show(first).text("status"), "failed");
  EXPECT_EQ(*show(second).text("status"), "succeeded");
  EXPECT_EQ(*show(third).text("status"), "failed");
  EXPECT_NE(output(first).find(" !     Build canceled\n\n !     Push failed\n"), std::string::npos);
  EXPECT_EQ(begun, 2);
  EXPECT_EQ(done, 1);
  EXPECT_EQ(releases(), 3U);
}

TEST_F(BuildTest, a_release_command_is_announced_and_decides) {
  start(world_with({}));
  sim_->program("migrate", [](SimProgram run) { run.exit(1); });
  std::string const text =
      build({file("Procfile", "web: python3 app.py\nrelease: migrate\n"), file("app.py", "x")});
  EXPECT_NE(text.find("-----> Launching...\n !     Release command declared: this new release will "
                      "not be available until the command succeeds.\n       Released v3\n"),
            std::string::npos)
      << text;
  wait(2s);
  Json const all = json(heroku("GET", "/apps/full-app/releases"));
  EXPECT_EQ(*all.as_array().back().text("status"), "failed");
}

TEST_F(BuildTest, slugignore_takes_files_out_before_the_buildpack_sees_them) {
  start(world_with({}));
  std::string const id =
      begin({file("Procfile", "web: x\n"), file("doc/a.md", "1"), file("keep/doc.txt", "2"),
             file("x.psd", "3"), file("deep/y.psd", "4"), file(".slugignore", "*.psd\n/doc\n")});
  output(id);
  auto const entries = unpack(answer({.url = *slug_of(id).text("blob.url")}).body);
  ASSERT_TRUE(entries);
  std::string paths;
  for (ArchiveEntry const& entry : *entries) paths += entry.path + " ";
  EXPECT_EQ(paths, ".slugignore Procfile deep keep keep/doc.txt ");
}

TEST_F(BuildTest, an_app_that_goes_while_it_is_built_takes_nothing_with_it) {
  pack_at(0, "Node.js");
  program("buildpacks/0", "compile",
          [](SimProgram run) { run.world.loop.after(1min, [run] { run.exit(0); }); });
  start(world_with({"node"}));
  begin(source);
  wait(1s);
  EXPECT_EQ(heroku("DELETE", "/apps/full-app").status, 200);
  wait(2min);
  EXPECT_EQ(heroku("GET", "/apps/empty-app").status, 200);
}

TEST_F(BuildTest, mistakes_in_the_world_file_are_named) {
  std::string const missing =
      replace_all(small_world, "  build_takes: 1s\n", "  buildpacks: {a: nowhere}\n");
  auto const sandbox =
      Sandbox::start(sim_->process("sandbox"), {missing, "world.yaml", "/tmp/no-such-folder"},
                     {.scratch = "/tmp/no-such-folder/state", .data = ""});
  ASSERT_FALSE(sandbox);
  EXPECT_NE(sandbox.error().text.find("nowhere"), std::string::npos) << sandbox.error().text;
}

}  // namespace
}  // namespace landfall
