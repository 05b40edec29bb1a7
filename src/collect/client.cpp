// One state machine a question: queued, sent, answered, perhaps waited for and sent again, perhaps
// continued with the next page, done. All of them share a bound on what is under way, and what the
// platforms say about their rate limits.
#include "collect/client.h"

#include <fmt/core.h>

#include <deque>
#include <set>

#include "base/text.h"
#include "collect/wire.h"
#include "evidence/evidence.h"

namespace landfall {
namespace {

constexpr std::size_t json_max = 16 << 20;
constexpr std::size_t file_max = 256 << 20;
constexpr int redirects_max = 5;
// Of an answer that is no JSON so much is kept: enough to see whose error page it is.
constexpr std::size_t text_kept_max = 16 << 10;

struct Job {
  Ask ask;
  AskDone done;
  std::string url;
  std::string range;
  Json::Array items;
  std::set<std::string> pages;  ///< asked for so far: a page that comes again is a loop
  int tries = 0;
  int timeouts = 0;
  int redirects = 0;
  std::int64_t evidence = 0;  ///< of the first page
  std::optional<LastAnswer> last;

  bool is_get() const { return ask.method == "GET" || ask.method == "HEAD"; }
  std::string request() const {
    std::string text = ask.method + " " + url;
    if (!range.empty()) text += " (Range: " + range + ")";
    return text;
  }
};

std::size_t index_of(Service service) {
  return service == Service::heroku ? 0 : 1;
}

bool is_json(Headers const& headers) {
  return lower(headers.value_or("content-type", "")).find("json") != std::string::npos;
}

bool is_text(Headers const& headers) {
  std::string const type = lower(headers.value_or("content-type", ""));
  return type.empty() || type.starts_with("text/") || type.find("xml") != std::string::npos;
}

bool worth_another_try(std::string_view code) {
  return code == "dns" || code == "connect" || code == "timeout" || code == "truncated" ||
         code == "protocol";
}

std::string reason_of(Error const& error) {
  if (error.code == "dns") return "the host name leads nowhere";
  if (error.code == "connect") return "no connection could be made";
  if (error.code == "timeout") return "no answer came in time";
  if (error.code == "truncated") return "the answer broke off";
  if (error.code == "too_large") return "the answer is too large";
  return error.code + " error";
}

// Without the query of a URL that may be signed: after a redirect of a download.
std::string without_query(std::string const& url) {
  return url.substr(0, url.find('?'));
}

}  // namespace

struct Client::State : std::enable_shared_from_this<Client::State> {
  State(World outside, Store& facts, Platforms known, Retry rule, int bound)
      : world(outside), store(facts), platforms(std::move(known)), retry(rule), parallel(bound) {}

  World world;
  Store& store;
  Platforms platforms;
  Retry retry;
  int parallel;
  int running = 0;
  bool closed = false;
  std::function<Result<>()> permit = [] { return Result<>(); };
  std::deque<std::shared_ptr<Job>> queue;
  std::optional<Instant> blocked_until[2];  ///< by Service: nothing is sent before
  using JobPtr = std::shared_ptr<Job>;

  Platform const& platform(Job const& job) const {
    return job.ask.service == Service::heroku ? platforms.heroku : platforms.github;
  }

  // Starting.

  Result<> prepare(Job& job) const {
    Ask const& ask = job.ask;
    if (platform(job).token.empty())
      return fail(ErrorKind::refused,
                  fmt::format("no token for {}: set {}", name_of(ask.service),
                              ask.service == Service::heroku ? "HEROKU_API_KEY" : "GITHUB_TOKEN"),
                  "no_token");
    job.url = ask.path.starts_with('/') ? platform(job).api + ask.path : ask.path;
    if (!same_origin(job.url, platform(job).api))
      return fail(ErrorKind::data,
                  fmt::format("{} is not asked about another host's URL", name_of(ask.service)),
                  "other_host");
    job.range = ask.range;
    return {};
  }

  void add(Ask ask, AskDone done) {
    auto job = std::make_shared<Job>();
    job->ask = std::move(ask);
    job->done = std::move(done);
    if (Result<> const ready = prepare(*job); !ready) {
      // Later, so that no caller meets its own callback before `ask` has returned.
      world.loop.post([weak = weak_from_this(), job, error = ready.error()]() mutable {
        if (auto const self = weak.lock()) self->finish(job, 0, std::unexpected(std::move(error)));
      });
      return;
    }
    queue.push_back(std::move(job));
    pump();
  }

  void pump() {
    while (!closed && running < parallel && !queue.empty()) {
      JobPtr job = std::move(queue.front());
      queue.pop_front();
      if (!held_back(job)) send(job);
    }
  }

  /// While a platform asks to be left alone its questions wait here, or end if that takes too long.
  bool held_back(JobPtr const& job) {
    auto& until = blocked_until[index_of(job->ask.service)];
    if (!until || *until <= world.now()) return false;
    if (*until - world.now() <= retry.wait_max) {
      enqueue_at(job, *until);
      return true;
    }
    std::string text = fmt::format("{}'s rate limit is used up until {}", name_of(job->ask.service),
                                   iso8601(*until));
    world.loop.post([weak = weak_from_this(), job, text = std::move(text)]() mutable {
      if (auto const self = weak.lock())
        self->finish(job, 0, fail(ErrorKind::network, std::move(text), "rate_limited"));
    });
    return true;
  }

  void enqueue_at(JobPtr const& job, Instant due) {
    world.loop.at(due, [weak = weak_from_this(), job] {
      auto const self = weak.lock();
      if (!self) return;
      self->queue.push_back(job);
      self->pump();
    });
  }

  void send(JobPtr const& job) {
    ++running;
    ++job->tries;
    world.http.send(request_of(*job), [weak = weak_from_this(), job](Result<Response> result) {
      auto const self = weak.lock();
      if (!self) return;
      --self->running;
      if (result)
        self->received(job, *std::move(result));
      else
        self->lost(job, result.error());
      self->pump();
    });
  }

  Request request_of(Job& job) {
    Ask const& ask = job.ask;
    Request request{.method = ask.method, .url = job.url};
    request.headers.set("User-Agent", "landfall/" LANDFALL_VERSION);
    bool const ours = same_origin(job.url, platform(job).api);
    if (ours) {
      request.headers.set("Authorization", "Bearer " + platform(job).token.reveal());
      if (ask.service == Service::heroku) {
        request.headers.set("Accept", "application/vnd.heroku+json; version=3");
      } else {
        request.headers.set("Accept", "application/vnd.github+json");
        request.headers.set("X-GitHub-Api-Version", "2022-11-28");
      }
    }
    if (!job.range.empty()) request.headers.set("Range", job.range);
    if (!ask.body.is_null()) {
      request.headers.set("Content-Type", "application/json");
      request.body = ask.body.dump();
    }
    request.body_max = ask.download ? file_max : json_max;
    if (ask.download) request.timeout = 5min;
    if (job.is_get() && ask.pages == Pages::one && ask.keep && !ask.download && ours) {
      auto last = last_answer(store, ask.source, job.request());
      job.last = last ? *std::move(last) : std::nullopt;
      if (job.last) request.headers.set("If-None-Match", job.last->etag);
    }
    return request;
  }

  // Answers.

  // The reason is told by its code: libcurl's text counts milliseconds, and a state whose reason is
  // another one each time would seem to begin anew. The text stands in the evidence.
  void lost(JobPtr const& job, Error const& error) {
    Error told{ErrorKind::network,
               fmt::format("{} gave no answer to {} {}: {}", name_of(job->ask.service),
                           job->ask.method, without_query(job->url), reason_of(error)),
               error.code};
    auto const evidence = keep(*job, 0, "", without_tokens(printable(error.text)));
    if (!evidence) return finish(job, 0, std::unexpected(evidence.error()));
    // A stalled server costs the whole timeout each time: once more is enough.
    if (error.code == "timeout") ++job->timeouts;
    bool const again = job->is_get() && worth_another_try(error.code) && job->timeouts < 2;
    if (again && job->tries < retry.tries) return enqueue_at(job, world.now() + backoff(*job));
    finish(job, *evidence, std::unexpected(std::move(told)));
  }

  void received(JobPtr const& job, Response response) {
    note_rate_limit(*job, response);
    if (response.status == 304 && job->last) return unchanged(job, std::move(response));
    if (response.status >= 300 && response.status < 400) return redirected(job, response);
    bool const good = response.status >= 200 && response.status < 300;
    if (good && job->ask.download) return downloaded(job, std::move(response));
    response.body = without_tokens(std::move(response.body));
    if (good) return page(job, std::move(response));
    refused(job, response);
  }

  void note_rate_limit(Job const& job, Response const& response) {
    bool const limited = is_rate_limited(job.ask.service, response);
    if (!limited && response.headers.value_or("x-ratelimit-remaining", "") != "0") return;
    auto const wait = asked_to_wait(response.headers, world.now());
    if (wait && wait->count() > 0) blocked_until[index_of(job.ask.service)] = world.now() + *wait;
  }

  void unchanged(JobPtr const& job, Response response) {
    auto json = Json::parse(job->last->body);
    if (!json) return finish(job, 0, std::unexpected(json.error()));
    auto const evidence = keep(*job, 200, job->last->etag, job->last->body);
    if (!evidence) return finish(job, 0, std::unexpected(evidence.error()));
    finish(job, *evidence, Answer{200, std::move(response.headers), *std::move(json), {}});
  }

  void redirected(JobPtr const& job, Response const& response) {
    auto const location = response.headers.find("location");
    bool const followed = location && job->is_get() && job->redirects < redirects_max;
    if (!followed) return refused(job, response);
    auto const next = resolve_location(job->url, *location);
    bool const allowed = next && (job->ask.download || same_origin(*next, platform(*job).api));
    if (!allowed) {
      std::string const why =
          next ? "a redirect to another host is not followed" : next.error().text;
      auto const evidence = keep(*job, response.status, "", why);
      if (!evidence) return finish(job, 0, std::unexpected(evidence.error()));
      return finish(
          job, *evidence,
          fail(ErrorKind::data, fmt::format("{}: {}", job->request(), why), "other_host"));
    }
    job->url = *next;
    ++job->redirects;
    job->tries = 0;
    queue.push_front(job);
  }

  void downloaded(JobPtr const& job, Response response) {
    Json const told =
        Json::object({{"bytes", response.body.size()}, {"sha256", sha256(response.body)}});
    auto const evidence = keep(*job, response.status, "", told.dump());
    if (!evidence) return finish(job, 0, std::unexpected(evidence.error()));
    finish(job, *evidence,
           Answer{response.status, std::move(response.headers), {}, std::move(response.body)});
  }

  /// 3xx that lead nowhere, 4xx and 5xx.
  void refused(JobPtr const& job, Response const& response) {
    Service const service = job->ask.service;
    auto const json = is_json(response.headers) ? Json::parse(response.body) : Result<Json>(Json());
    auto const evidence = keep(*job, response.status, "", error_body(*job, response, json));
    if (!evidence) return finish(job, 0, std::unexpected(evidence.error()));
    // Where an answer's content is secret, so may be what an error repeats of it.
    std::string const message = json && !job->ask.redact ? message_of(*json) : "";
    Error error = error_of(service, job->ask.method + " " + without_query(job->url),
                           response.status, message);
    bool const limited = is_rate_limited(service, response);
    if (limited) error = {ErrorKind::network, std::move(error.text), "rate_limited"};
    // A request that was refused by a rate limit did nothing, so any method may be sent again;
    // after a 5xx only a GET may.
    bool const again = limited || (response.status >= 500 && job->is_get());
    Duration const wait =
        std::max(backoff(*job), asked_to_wait(response.headers, world.now()).value_or(0ms));
    if (again && job->tries < retry.tries && wait <= retry.wait_max)
      return enqueue_at(job, world.now() + wait);
    finish(job, *evidence, std::unexpected(std::move(error)));
  }

  // Content.

  void page(JobPtr const& job, Response response) {
    auto json = content(*job, response);
    if (!json)
      return finish(job, keep(*job, response.status, "", not_json_body(*job, response)).value_or(0),
                    std::unexpected(std::move(json).error()));
    take_page(job, std::move(response), job->ask.redact ? job->ask.redact(*json) : *json);
  }

  void take_page(JobPtr const& job, Response response, Json json) {
    auto const evidence = keep_json(*job, response, json);
    if (!evidence) return finish(job, 0, std::unexpected(evidence.error()));
    if (job->evidence == 0) job->evidence = *evidence;
    if (job->ask.pages == Pages::one) {
      std::string body = is_json(response.headers) ? "" : std::move(response.body);
      Answer answer{response.status, std::move(response.headers), std::move(json), std::move(body)};
      return finish(job, *evidence, std::move(answer));
    }
    Result<bool> const more = join_page(*job, response, json);
    if (!more) return finish(job, *evidence, std::unexpected(more.error()));
    if (*more) {
      job->tries = 0;
      queue.push_front(job);
      return;
    }
    finish(job, job->evidence,
           Answer{response.status, std::move(response.headers), {std::move(job->items)}, {}});
  }

  /// Null for an answer that is empty by right, or of a type that is neither JSON nor text.
  Result<Json> content(Job const& job, Response const& response) const {
    std::string const request = job.ask.method + " " + without_query(job.url);
    if (response.body.empty() && (!job.is_get() || response.status == 204)) return Json();
    if (is_json(response.headers)) {
      auto json = Json::parse(response.body);
      // The parser's text repeats what it read, which may be a secret here.
      std::string const why =
          json || job.ask.redact ? "" : ": " + without_tokens(json.error().text);
      if (json) return json;
      return fail(
          ErrorKind::data,
          fmt::format("{} answered {} with broken JSON{}", name_of(job.ask.service), request, why),
          "not_json");
    }
    if (!is_text(response.headers)) return Json();
    return fail(
        ErrorKind::data,
        fmt::format(
            "{} answered {} with {} where JSON was expected", name_of(job.ask.service), request,
            printable(response.headers.value_or("content-type", "no content type").substr(0, 60))),
        "not_json");
  }

  /// Takes the page's items and finds the next page: true if there is one to ask for.
  static Result<bool> join_page(Job& job, Response const& response, Json const& json) {
    auto const items = json.items(job.ask.items);
    if (!items) return fail(ErrorKind::data, job.request() + ": " + items.error().text, "shape");
    job.items.insert(job.items.end(), (*items)->begin(), (*items)->end());
    if (job.ask.enough > 0 && job.items.size() >= job.ask.enough) return false;
    if (job.items.size() > job.ask.items_max)
      return fail(ErrorKind::data,
                  fmt::format("{}: more than {} items", job.request(), job.ask.items_max),
                  "too_many");
    std::string const before = job.request();
    if (job.ask.service == Service::heroku) {
      auto const range = response.headers.find("next-range");
      if (response.status != 206 || !range || range->empty()) return false;
      job.range = *range;
    } else {
      auto const next = next_link(response.headers.value_or("link", ""));
      if (!next) return false;
      if (!same_origin(*next, job.url))
        return fail(ErrorKind::data, before + ": the next page is on another host", "other_host");
      job.url = *next;
    }
    job.pages.insert(before);
    if ((*items)->empty() || job.pages.contains(job.request()))
      return fail(ErrorKind::data, before + ": the list never ends: the same page is offered again",
                  "paging_loop");
    return true;
  }

  // Evidence.

  std::string without_tokens(std::string text) const {
    for (Platform const* known : {&platforms.heroku, &platforms.github})
      if (known->token.reveal().size() >= 8)
        text = replace_all(std::move(text), known->token.reveal(), "[redacted]");
    return text;
  }

  Result<std::int64_t> keep(Job const& job, int status, std::string const& etag, std::string body) {
    if (!job.ask.keep) return 0;
    std::string request = without_tokens(job.request());
    if (job.redirects > 0 && job.ask.download)
      request = job.ask.method + " " + without_query(job.url);
    Evidence const evidence{job.ask.source, std::move(request), status, etag, std::move(body)};
    std::int64_t number = 0;
    Result<> const kept = store.database().transaction([&]() -> Result<> {
      TRY(permit());
      number = TRY(record(store, evidence, world.now()));
      return {};
    });
    if (!kept) return std::unexpected(kept.error());
    return number;
  }

  Result<std::int64_t> keep_json(Job const& job, Response const& response, Json const& json) {
    if (!job.ask.keep) return 0;
    Json const closed_json = without_doors(json);
    // An answer that differs from what is kept of it cannot be given again on a 304.
    bool const whole = closed_json == json && job.ask.pages == Pages::one && response.status == 200;
    return keep(job, response.status, whole ? response.headers.value_or("etag", "") : "",
                closed_json.dump());
  }

  static std::string error_body(Job const& job, Response const& response,
                                Result<Json> const& json) {
    if (json && !json->is_null())
      return without_doors(job.ask.redact ? job.ask.redact(*json) : *json).dump();
    return not_json_body(job, response);
  }

  static std::string not_json_body(Job const& job, Response const& response) {
    if (job.ask.redact)
      return fmt::format("({} bytes, not kept: they may hold secrets)", response.body.size());
    return printable(std::string_view(response.body).substr(0, text_kept_max));
  }

  // Ending.

  Duration backoff(Job const& job) {
    Duration const whole =
        std::min(retry.first * (1 << std::min(job.tries - 1, 16)), retry.wait_max);
    auto const half = static_cast<std::uint64_t>(whole.count() / 2);
    return Duration(static_cast<std::int64_t>(half + world.random.below(half + 1)));
  }

  void finish(JobPtr const& job, std::int64_t evidence, Result<Answer> answer) {
    AskDone done = std::move(job->done);
    if (!closed && done) done(evidence, std::move(answer));
  }
};

Client::Client(World world, Store& store, Platforms const& platforms, Retry retry, int parallel)
    : state_(std::make_shared<State>(world, store, platforms, retry, parallel)) {}

Client::~Client() {
  state_->closed = true;
  state_->queue.clear();
}

void Client::permit(std::function<Result<>()> allowed) {
  state_->permit = std::move(allowed);
}

void Client::ask(Ask ask, AskDone done) {
  state_->add(std::move(ask), std::move(done));
}

}  // namespace landfall
