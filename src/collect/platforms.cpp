// Where the platforms' APIs are, and with which tokens they are asked: from the environment alone.
#include <fmt/core.h>

#include "base/text.h"
#include "collect/client.h"
#include "world/secrets.h"

namespace landfall {
namespace {

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") ||
         host == "::1";
}

// The value of a variable is not repeated where it could be a token that was put into the wrong
// one.
Result<std::string> api_url(std::string_view variable, std::string const& value) {
  auto const url = parse_url(value);
  if (!url)
    return fail(ErrorKind::config,
                fmt::format("{}: {}: expected something like https://api.example.com", variable,
                            url.error().text));
  if (url->scheme.empty())
    return fail(ErrorKind::config,
                fmt::format("{}: expected a URL with http:// or https://, found a path", variable));
  if (!url->query.empty() || value.find('#') != std::string::npos)
    return fail(ErrorKind::config, fmt::format("{}: expected a URL without '?' and '#'", variable));
  if (url->scheme == "http" && !is_this_machine(url->host))
    return fail(
        ErrorKind::config,
        fmt::format("{}: http:// would send the token readable to {}: use https:// (http:// is "
                    "for this machine only)",
                    variable, printable(url->host)));
  std::string api = value;
  while (api.ends_with('/')) api.pop_back();
  return api;
}

}  // namespace

Result<Platforms> platforms_from(World world) {
  Platforms platforms;
  platforms.heroku.token = TRY(secret_from(world, {"HEROKU_API_KEY"}, "HEROKU_API_KEY_FILE"));
  platforms.github.token =
      TRY(secret_from(world, {"GITHUB_TOKEN", "GH_TOKEN"}, "GITHUB_TOKEN_FILE"));
  std::string const host = world.variable("HEROKU_HOST").value_or("heroku.com");
  platforms.heroku.api =
      TRY(api_url("HEROKU_HOST", host.starts_with("http") ? host : "https://api." + host));
  platforms.github.api = TRY(api_url(
      "GITHUB_API_URL", world.variable("GITHUB_API_URL").value_or("https://api.github.com")));
  return platforms;
}

}  // namespace landfall
