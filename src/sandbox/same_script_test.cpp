// One script of requests against a simulated sandbox and against a real one: the answers are the
// same but for ids, ports and times. What reaches around World would show here.

#include "sandbox/sandbox_fixture.h"

namespace landfall {
namespace {

struct Step {
  char const* service;  ///< "heroku", "github", "control"
  char const* method;
  char const* path;
  char const* body = "";
  char const* token = "";  ///< another than usual
};

Step const script[]{
    {"heroku", "GET", "/account"},
    {"heroku", "GET", "/apps"},
    {"heroku", "GET", "/apps", "", "nobody"},
    {"heroku", "GET", "/apps/private-app", "", "heroku-bob"},
    {"heroku", "GET", "/apps/missing"},
    {"heroku", "BREW", "/apps"},
    {"heroku", "POST", "/apps", R"({"name":"made-app"})"},
    {"heroku", "POST", "/apps", R"({"name":"made-app"})"},
    {"heroku", "POST", "/apps", R"({"name":"Bad Name"})"},
    {"heroku", "POST", "/apps", "{"},
    {"heroku", "PATCH", "/apps/made-app/config-vars", R"({"A":"1","B":"two"})"},
    {"heroku", "GET", "/apps/made-app/config-vars"},
    {"heroku", "GET", "/apps/made-app/releases"},
    {"heroku", "GET", "/apps/made-app/releases/3"},
    {"heroku", "POST", "/apps/made-app/releases", R"({"release":"1"})"},
    {"heroku", "PATCH", "/apps/made-app", R"({"maintenance":true})"},
    {"heroku", "POST", "/apps/made-app/domains", R"({"hostname":"www.shop.example"})"},
    {"heroku", "GET", "/apps/made-app/domains"},
    {"heroku", "GET", "/apps/made-app/formation"},
    {"heroku", "GET", "/apps/full-app/formation"},
    {"heroku", "GET", "/apps/full-app/slugs/x"},
    {"heroku", "POST", "/pipelines", R"({"name":"line"})"},
    {"heroku", "GET", "/pipelines"},
    {"heroku", "DELETE", "/apps/made-app"},
    {"heroku", "GET", "/apps/made-app"},
    {"github", "GET", "/user"},
    {"github", "GET", "/user", "", "nobody"},
    {"github", "GET", "/repos/acme/shop"},
    {"github", "GET", "/repos/acme/missing"},
    {"github", "GET", "/repos/acme/shop/branches"},
    {"github", "GET", "/repos/acme/shop/commits"},
    {"github", "GET", "/repos/acme/shop/contents/Procfile"},
    {"github", "GET", "/repos/acme/shop/actions/workflows"},
    {"github", "GET", "/repos/acme/shop/actions/runs"},
    {"github", "PUT", "/repos/acme/shop/environments/production", R"({"wait_timer":5})"},
    {"github", "GET", "/repos/acme/shop/environments"},
    {"github", "POST", "/repos/acme/shop/issues", R"({"title":"One","body":"two"})"},
    {"github", "GET", "/repos/acme/shop/issues"},
    {"github", "POST", "/repos/acme/shop/issues", R"({"title":5})"},
    {"github", "POST", "/repos/acme/shop/issues", R"({"title":"no"})", "github-read"},
    {"control", "POST", "/sandbox/faults", R"({"service":"heroku","kind":"limited","times":1})"},
    {"heroku", "GET", "/account"},
    {"control", "POST", "/sandbox/faults", R"({"service":"heroku","kind":"wrong","times":1})"},
    {"heroku", "GET", "/account"},
    {"control", "POST", "/sandbox/faults", R"({"service":"heroku","kind":"drop","times":1})"},
    {"heroku", "GET", "/account"},
    {"control", "POST", "/sandbox/faults", R"({"service":"heroku","kind":"truncate","times":1})"},
    {"heroku", "GET", "/account"},
    {"control", "POST", "/sandbox/faults", R"({"service":"github","kind":"revoked","times":1})"},
    {"github", "GET", "/user"},
    {"control", "POST", "/sandbox/faults", R"({"service":"heroku","kind":"stale","age":"1h"})"},
    {"heroku", "PATCH", "/apps/empty-app/config-vars", R"({"LATE":"1"})"},
    {"heroku", "GET", "/apps/empty-app/config-vars"},
    {"control", "POST", "/sandbox/faults", R"({"service":"heroku","kind":"skew"})"},
    {"control", "GET", "/sandbox/faults"},
    {"control", "DELETE", "/sandbox/faults"},
    {"control", "PUT", "/sandbox/faults"},
    {"control", "GET", "/sandbox/nothing"},
    {"heroku", "GET", "/apps/empty-app/config-vars"},
    {"heroku", "GET", "/apps/empty-app/releases"},
};

class SameScriptTest : public SandboxTest {
 protected:
  SameScriptTest() { answers_are_spoiled_ = true; }

  using Send = std::function<Result<Response>(Request)>;

  static Request request_of(Step const& step, SandboxPorts ports) {
    std::string const service = step.service;
    Request request{.method = step.method, .body = step.body};
    request.url = fmt::format("http://127.0.0.1:{}{}",
                              service == "github" ? ports.github : ports.heroku, step.path);
    request.timeout = 20s;
    // A client asks again when a connection that was kept turns out to be closed.
    request.reuse = Reuse::never;
    std::string const usual = service == "github" ? "github-admin" : "heroku-ada";
    if (service != "control") {
      std::string const token = *step.token == '\0' ? usual : step.token;
      request.headers.set("Authorization", "Bearer " + token);
    }
    if (service == "heroku") {
      request.headers.set("Accept", "application/vnd.heroku+json; version=3");
    }
    return request;
  }

  /// Status, headers and body, without what differs between two runs.
  static std::string shape(Result<Response> const& got) {
    if (!got) return "error " + got.error().code + "\n";
    std::set<std::string> names;
    for (auto const& [name, value] : got->headers) names.insert(lower(name));
    // The connection's own.
    for (char const* own : {"content-length", "connection", "date", "server", "keep-alive"}) {
      names.erase(own);
    }
    std::string text = std::to_string(got->status) + "\n";
    for (std::string const& name : names) text += name + "\n";
    text += got->body + "\n";
    for (auto const& [pattern, word] : std::vector<std::pair<char const*, char const*>>{
             {"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"},
             {"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z", "TIME"},
             {"(127\\.0\\.0\\.1|localhost):[0-9]+", "HOST"},
             {"[0-9a-f]{12,64}", "HEX"},
             {"[0-9]{9,}", "ID"},
             {"(MDQ|[A-Z][A-Za-z0-9+/]{3})[A-Za-z0-9+/]{8,}={0,2}", "BASE64"}}) {
      text = std::regex_replace(text, std::regex(pattern), word);
    }
    return text;
  }

  static std::vector<std::string> play(Sandbox const& sandbox, Send const& send) {
    std::vector<std::string> shapes;
    for (Step const& step : script)
      shapes.push_back(shape(send(request_of(step, sandbox.ports()))));
    return shapes;
  }
};

TEST_F(SameScriptTest, the_simulated_and_the_real_sandbox_answer_alike) {
  start();
  std::vector<std::string> const simulated =
      play(*sandbox_, [&](Request request) { return send(std::move(request)); });

  auto const real = *RealWorld::start({});
  World const world = real->world();
  real->set_clock(*parse_instant("2026-05-01T12:00:00Z"));
  std::string const folder = *world.files.temporary_folder("same-script");
  for (auto const& [name, text] : std::map<std::string, std::string>{
           {"Procfile", "web: python3 app.py\n"},
           {"app.py", "print('hello')\n"},
           {".github/workflows/deploy.yml",
            "name: Deploy\non: push\njobs: {deploy: {runs-on: x, steps: [{run: x}]}}\n"}}) {
    ASSERT_TRUE(world.files.make_folder(folder + "/code/.github/workflows"));
    ASSERT_TRUE(world.files.write(folder + "/code/" + name, text));
  }
  auto sandbox =
      Sandbox::start(world, {small_world, "world.yaml", folder}, {.scratch = folder + "/scratch"});
  ASSERT_TRUE(sandbox) << sandbox.error().text;
  std::vector<std::string> const happened = play(**sandbox, [&](Request request) {
    Result<Response> got = fail(ErrorKind::network, "nothing came", "none");
    world.http.send(std::move(request), [&](Result<Response> answer) {
      got = std::move(answer);
      world.loop.stop();
    });
    world.loop.run();
    return got;
  });
  (*sandbox)->stop(true, [&] { world.loop.stop(); });
  world.loop.run();
  sandbox->reset();
  EXPECT_TRUE(world.files.remove(folder));

  ASSERT_EQ(simulated.size(), happened.size());
  for (std::size_t i = 0; i < simulated.size(); ++i) {
    EXPECT_EQ(simulated[i], happened[i])
        << script[i].service << " " << script[i].method << " " << script[i].path;
  }
}

}  // namespace
}  // namespace landfall
