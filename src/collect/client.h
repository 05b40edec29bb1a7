// Asks the platforms' APIs: authenticates, pages, retries, backs off and records evidence, once for
// all. Rules: docs.github.com REST best practices; Heroku's platform-api-reference.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "facts/store.h"
#include "world/world.h"

namespace landfall {

struct Platform {
  std::string api;  ///< "https://api.heroku.com", without a trailing slash
  Secret token;
};

struct Platforms {
  Platform heroku;
  Platform github;
};

/// From HEROKU_API_KEY and HEROKU_HOST (an http… value is taken verbatim, as the heroku CLI does),
/// GITHUB_TOKEN (or GH_TOKEN) and GITHUB_API_URL. `…_FILE` names a file that holds the token
/// instead. A token that is not set is empty: asking that platform yields "no_token".
Result<Platforms> platforms_from(World world);

enum class Service { heroku, github };
enum class Pages { one, all };

struct Ask {
  Service service = Service::heroku;
  std::string source;  ///< what the evidence is filed under: "heroku.releases"
  std::string path;    ///< "/apps/shop/releases"; or an absolute URL of the same host
  std::string method = "GET";
  Json body{};               ///< null: none
  Pages pages = Pages::one;  ///< all: arrays of all pages are joined (Next-Range, or Link rel=next)
  std::string items{};  ///< where the array of a page stands; GitHub: "workflow_runs"; "" the root
  std::string range{};  ///< Heroku's Range header for the first page
  std::function<Json(Json)> redact{};  ///< applied before anything is kept
  bool keep = true;                    ///< false: not recorded as evidence, as for polling
  std::size_t items_max = 100'000;     ///< stops paging; more is the error "too_many"
  std::size_t enough = 0;  ///< stops paging without an error once so many items are in; 0: never
  /// The answer is a file: handed over in Answer::body, up to 256 MB. Redirects are followed to
  /// other hosts too, without the token. Evidence keeps its size and digest only.
  bool download = false;
};

struct Answer {
  int status = 0;
  Headers headers{};
  Json json{};         ///< redacted; with Pages::all the joined array
  std::string body{};  ///< when the answer is not JSON by its Content-Type
};

/// The evidence's number (0 if not kept) and the answer. Errors:
/// | what came | kind | code |
/// | 401 | refused | unauthorized |
/// | 403 | refused | forbidden |
/// | no token | refused | no_token |
/// | 404 | missing | not_found |
/// | 409, 422, other 4xx | data | conflict, invalid, http |
/// | 429, and GitHub's 403 with x-ratelimit-remaining: 0, when retries are used up | network |
/// rate_limited | | 5xx when retries are used up | network | server_error | | no answer | network |
/// dns, connect, timeout, tls, truncated, too_large | | not JSON where JSON was due | data |
/// not_json | | a redirect or a next page on another host | data | other_host | | more items than
/// items_max; the same page again | data | too_many, paging_loop |
using AskDone = std::move_only_function<void(std::int64_t evidence, Result<Answer>)>;

struct Retry {
  int tries = 4;
  Duration first = 500ms;   ///< doubled each time, with jitter of half
  Duration wait_max = 60s;  ///< a Retry-After beyond this ends the tries with rate_limited
};

/// Lives as long as its asks; at most `parallel` requests are under way at once. Only GETs are
/// retried after a lost answer: whoever sends another method must be able to find out what
/// happened.
class Client {
 public:
  Client(World world, Store& store, Platforms const& platforms, Retry retry = {}, int parallel = 8);
  ~Client();
  /// Asked within the transaction that keeps an answer: its error is the question's.
  void permit(std::function<Result<>()> allowed);
  void ask(Ask ask, AskDone done);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace landfall
