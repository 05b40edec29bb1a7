// What the two platforms' answers say beside their content: is it an error, may it be asked again
// and when, where does the list go on. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "collect/client.h"

namespace landfall {

/// "Heroku", "GitHub".
std::string_view name_of(Service service);

/// Scheme, host and port are the same: the token may go there.
bool same_origin(std::string_view a, std::string_view b);

/// The target of `<https://…>; rel="next"` in a Link header.
std::optional<std::string> next_link(std::string_view link);

/// A Location as an absolute URL, seen from the URL that gave it. Only http and https.
Result<std::string> resolve_location(std::string_view from, std::string_view location);

/// Is it an answer that says: too many requests. 429; at GitHub also 403 when nothing remains or a
/// Retry-After is given.
bool is_rate_limited(Service service, Response const& response);

/// For how long the platform asks to be left alone: Retry-After (seconds or a date), or what
/// remains until x-ratelimit-reset when nothing remains. nullopt: it does not say.
std::optional<Duration> asked_to_wait(Headers const& headers, Instant now);

/// The error for a status of 400 and more, as the table in client.h says. `message` is the
/// platform's own, or empty.
Error error_of(Service service, std::string_view request, int status, std::string_view message);

/// The `message` of a platform's error body, shortened; "" if there is none.
std::string message_of(Json const& body);

/// The JSON without values that open a door for whoever reads them: signed URLs, streams, attach
/// URLs. What is kept as evidence goes through it.
Json without_doors(Json json);

}  // namespace landfall
