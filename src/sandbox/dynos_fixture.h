// A sandbox whose dynos and logs are looked at.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "sandbox/sandbox_fixture.h"

namespace landfall {

class DynosTest : public SandboxTest {
 protected:
  using Lines = std::vector<std::string>;

  std::string log_url(std::string const& app, std::string const& wanted) {
    Response const made = heroku("POST", "/apps/" + app + "/log-sessions", wanted);
    EXPECT_EQ(made.status, 201) << made.body;
    return json(made).text("logplex_url").value_or("");
  }

  /// The app's log without the times; with `about` only the lines that contain it.
  Lines log(std::string const& app, std::string const& about = "",
            std::string const& wanted = R"({"lines":1500})") {
    Lines lines;
    for (std::string const& line : lines_of(answer({.url = log_url(app, wanted)}).body)) {
      std::size_t const blank = line.find(' ');
      EXPECT_EQ(blank, 32U) << line;
      if (line.find(about) != std::string::npos) lines.push_back(line.substr(blank + 1));
    }
    return lines;
  }

  /// What has been logged of a dyno since `seen` lines, without its name.
  Lines news(std::string const& dyno, std::size_t seen = 0) {
    Lines lines = log("full-app", "[" + dyno + "]: ");
    lines.erase(lines.begin(),
                lines.begin() + static_cast<std::ptrdiff_t>(std::min(seen, lines.size())));
    for (std::string& line : lines) line = line.substr(line.find(": ") + 2);
    return lines;
  }
  std::size_t seen(std::string const& dyno) { return log("full-app", "[" + dyno + "]: ").size(); }

  Json dynos(std::string const& app = "full-app") {
    return json(heroku("GET", "/apps/" + app + "/dynos"));
  }
  /// "web.1 up v2, worker.1 crashed v2"
  std::string shown(std::string const& app = "full-app") {
    Lines shown;
    Json const all = dynos(app);
    for (Json const& dyno : all.as_array()) {
      shown.push_back(fmt::format("{} {} v{}", *dyno.text("name"), *dyno.text("state"),
                                  *dyno.integer("release.version")));
    }
    return join(shown, ", ");
  }
  std::string id_of(std::string const& name) {
    Json const all = dynos();
    for (Json const& dyno : all.as_array()) {
      if (*dyno.text("name") == name) return *dyno.text("id");
    }
    return "";
  }

  void scale(std::string const& type, int quantity, std::string const& size) {
    Response const done =
        heroku("PATCH", "/apps/full-app/formation",
               fmt::format(R"({{"updates":[{{"type":"{}","quantity":{},"size":"{}"}}]}})", type,
                           quantity, size));
    EXPECT_EQ(done.status, 200) << done.body;
  }

  /// The release that answers; "" if none does.
  std::string serving() {
    Response const got = router("full-app-123456.localhost");
    return got.status == 200 ? json(got).text("release").value_or("") : "";
  }

  static std::string variable(SimProgram const& program, std::string_view name) {
    for (auto const& [key, value] : program.command.environment) {
      if (key == name) return value;
    }
    return "";
  }
};

}  // namespace landfall
