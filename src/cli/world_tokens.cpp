#include "cli/world_tokens.h"

#include <fmt/core.h>

#include "base/yaml.h"

namespace landfall {
namespace {

int rank(yaml::Node const& token) {
  yaml::Node const* role = token.find("role");
  if (role == nullptr) return 1;
  return role->text == "admin" ? 3 : role->text == "write" ? 2 : 1;
}

}  // namespace

Result<Platforms> platforms_of_sandbox(std::string_view world_text, std::string const& file,
                                       SandboxPorts ports) {
  yaml::Document const document = TRY(yaml::parse(world_text, file));
  Platforms platforms;
  platforms.heroku.api = fmt::format("http://127.0.0.1:{}", ports.heroku);
  platforms.github.api = fmt::format("http://127.0.0.1:{}", ports.github);
  yaml::Node const* tokens = document.root().find("tokens");
  if (tokens == nullptr) return platforms;
  int best = 0;
  for (yaml::Pair const& pair : tokens->pairs) {
    yaml::Node const* service = pair.value.find("service");
    if (service == nullptr) continue;
    if (service->text == "heroku" && platforms.heroku.token.empty())
      platforms.heroku.token = Secret(std::string(pair.key.text));
    if (service->text == "github" && rank(pair.value) > best) {
      best = rank(pair.value);
      platforms.github.token = Secret(std::string(pair.key.text));
    }
  }
  return platforms;
}

std::vector<std::pair<std::string, std::string>> sandbox_environment(Platforms const& platforms,
                                                                     Duration clock_shift) {
  std::vector<std::pair<std::string, std::string>> variables{
      {"HEROKU_HOST", platforms.heroku.api},
      {"HEROKU_API_KEY", platforms.heroku.token.reveal()},
      {"GITHUB_API_URL", platforms.github.api},
      {"GITHUB_TOKEN", platforms.github.token.reveal()}};
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(clock_shift).count();
  if (seconds != 0) variables.emplace_back("LANDFALL_CLOCK_SHIFT", std::to_string(seconds));
  return variables;
}

}  // namespace landfall
