// Slack's incoming webhooks.
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
#include <fmt/core.h>

#include "alert/notifier.h"
#include "base/text.h"

namespace landfall {
namespace {

std::string escaped(std::string_view text) {
  return replace_all(replace_all(replace_all(std::string(text), "&", "&amp;"), "<", "&lt;"), ">",
                     "&gt;");
}

}  // namespace

Result<Request> slack_request(World const& world, Receiver const& receiver,
                              Message const& message) {
  Request request{.method = "POST", .url = TRY(url_of(world, receiver, ""))};
  std::string text = fmt::format("*{}*\n{}", escaped(message.title), escaped(message.text));
  if (message.kind != Notice::Kind::resolved && !message.fix.empty())
    text += "\n_What mends it:_ " + escaped(message.fix);
  request.body = Json::object({{"text", text}}).dump();
  request.headers.set("Content-Type", "application/json");
  return request;
}

}  // namespace landfall
