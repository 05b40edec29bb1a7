// Takes messages to people and to other systems. One file for each kind; none decides anything.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "alert/message.h"
#include "intent/intent.h"
#include "world/world.h"

namespace landfall {

/// What became of one try.
struct Delivery {
  enum class End {
    taken,    ///< the receiver said so
    again,    ///< nobody knows, or the receiver asks to come again
    refused,  ///< it would be refused each time
  };
  End end = End::again;
  std::string text;                ///< what was met, for people; no secret is in it
  std::optional<Duration> wait{};  ///< again: the receiver asks for so much
};
using Delivered = std::move_only_function<void(Delivery)>;

class Notifier {
 public:
  virtual ~Notifier() = default;
  /// Tries once; `done` is called once, later, unless the notifier dies before. The same message
  /// may come again: its key tells a receiver that it has it.
  virtual void send(Message const& message, Delivered done) = 0;
};

/// ErrorKind::config if what the receiver needs is not in the environment.
Result<std::unique_ptr<Notifier>> make_notifier(World const& world, Receiver const& receiver);

/// The receiver's URL: its own, that of its variable, or the fallback. A URL that lets anybody post
/// is a secret, so it is revealed to requests only.
Result<std::string> url_of(World const& world, Receiver const& receiver, std::string fallback);

/// What an HTTP answer means for a try: 2xx is taken; 408, 425, 429, 5xx and no answer are again,
/// with the Retry-After, an hour at most; the rest is refused.
Delivery delivery_of(Result<Response> const& answer);

// The kinds. Those that are one HTTP request are made by a function of the message.
Result<Request> webhook_request(World const&, Receiver const&, Message const&);
Result<Request> slack_request(World const&, Receiver const&, Message const&);
Result<Request> pagerduty_request(World const&, Receiver const&, Message const&);
Result<Request> opsgenie_request(World const&, Receiver const&, Message const&);
Result<Request> alertmanager_request(World const&, Receiver const&, Message const&);
Result<Request> sentry_request(World const&, Receiver const&, Message const&);
Result<Request> sentry_cron_request(World const&, Receiver const&, Message const&);
std::unique_ptr<Notifier> make_email(World const& world, Receiver const& receiver);
std::unique_ptr<Notifier> make_command(World const& world, Receiver const& receiver);
std::unique_ptr<Notifier> make_github_issue(World const& world, Receiver const& receiver);

}  // namespace landfall
