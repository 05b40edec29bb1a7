// GitHub's rate limits.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
#pragma once

#include "sandbox/call.h"

namespace landfall::sandbox {

/// The primary limit that counts for a caller: so many requests in an hour.
struct Limit {
  std::int64_t size = 0;
  Window* window = nullptr;
};
/// 60 for nobody, 1,000 for a repository's GITHUB_TOKENs, 5,000 for a user.
Limit limit_of(State& state, Token const* token, Instant now);

/// Counts the request; 403 if there is nothing left.
std::optional<Response> refuse_over_limit(Call& call, Limit const& limit);
/// Counts a request that makes content; 403 with Retry-After if there were too many of late.
std::optional<Response> refuse_writes(Call& call);
Response secondary_limit(std::int64_t retry_after, std::string_view request_id);
void add_limit_headers(Limit const& limit, Response& response);

}  // namespace landfall::sandbox
