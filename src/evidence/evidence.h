// The append-only record of every answer, redacted before it is stored.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "facts/store.h"

namespace landfall {

/// One answer of a source, or what came instead of one.
struct Evidence {
  std::string source;   ///< "heroku.releases"
  std::string request;  ///< "GET https://api.heroku.com/apps/shop/releases", without secrets
  int status = 0;       ///< HTTP status; 0 if no answer came
  std::string etag{};
  std::string
      body{};  ///< already without config var values and tokens; the error text if none came
};

/// Appends and returns the number by which facts and reports cite it. An answer that is the same as
/// the last one to the same request extends that one's interval and returns its number.
Result<std::int64_t> record(Store& store, Evidence const& evidence, Instant now);

/// The last answer to a request that has an ETag: for If-None-Match, and its body for a 304.
struct LastAnswer {
  std::int64_t id = 0;
  std::string etag;
  std::string body;
};
Result<std::optional<LastAnswer>> last_answer(Store& store, std::string const& source,
                                              std::string const& request);

}  // namespace landfall
