#include "cli/sandbox_client.h"

#include <fmt/core.h>

#include "base/text.h"

namespace landfall {
namespace {

char const* const how_to_find =
    "start one with `landfall sandbox`, and set HEROKU_HOST as it prints it, or say --sandbox URL";

bool is_of_this_machine(Url const& url) {
  return url.host == "127.0.0.1" || url.host == "localhost" || url.host == "::1" ||
         url.host == "[::1]";
}

Result<std::string> address_of_sandbox(Context& context) {
  std::string written = context.arguments.value_or("--sandbox", "");
  std::string const source = written.empty() ? "HEROKU_HOST" : "--sandbox";
  if (written.empty()) written = context.world.variable("HEROKU_HOST").value_or("");
  if (written.empty()) return fail(ErrorKind::usage, fmt::format("which sandbox? {}", how_to_find));
  while (written.ends_with('/')) written.pop_back();
  auto const url = parse_url(written);
  if (!url || url->path != "/" || !url->query.empty())
    return fail(ErrorKind::usage,
                fmt::format("{}: expected an address such as http://127.0.0.1:5001, found '{}'",
                            source, printable(written)));
  if (!is_of_this_machine(*url))
    return fail(ErrorKind::usage, fmt::format("{}: {} is not on this machine, so it is no sandbox",
                                              source, printable(written)));
  return written;
}

std::string reason_of(Response const& response) {
  auto const body = Json::parse(response.body);
  if (!body) return "";
  auto const text = body->text("message");
  return text ? *text : "";
}

}  // namespace

Option sandbox_option() {
  return {"--sandbox", "URL", "the sandbox's Heroku API; default: HEROKU_HOST"};
}

Result<Json> ask_sandbox(Context& context, std::string const& method, std::string const& path,
                         Json const& body) {
  std::string const address = TRY(address_of_sandbox(context));
  auto got = wait_for<Response>(context.world, [&](auto done) {
    Request request{.method = method, .url = address + path};
    request.timeout = 10s;
    if (!body.is_null()) {
      request.body = body.dump();
      request.headers.set("Content-Type", "application/json");
    }
    context.world.http.send(std::move(request), std::move(done));
  });
  if (!got && got.error().code == "interrupted") return std::unexpected(got.error());
  if (!got)
    return fail(ErrorKind::network,
                fmt::format("no sandbox answers at {}: {}", address, how_to_find));
  if (got->status == 204) return Json();
  std::string const reason = reason_of(*got);
  bool const is_ours = got->headers.value_or("Content-Type", "").starts_with("application/json");
  if (got->status >= 200 && got->status < 300 && is_ours) return Json::parse(got->body);
  if (is_ours && !reason.empty())
    return fail(got->status == 404 ? ErrorKind::missing : ErrorKind::usage, reason);
  return fail(ErrorKind::data, fmt::format("{} answers {} with {}: it is no sandbox of landfall",
                                           address, path, got->status));
}

}  // namespace landfall
