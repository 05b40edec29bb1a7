#include <curl/curl.h>
#include <fmt/core.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "world/real_parts.h"
#include "world/sim_network.h"

namespace landfall {

namespace {

// More hosts at once and libcurl's own tables become slow.
std::size_t const active_max = 150;
std::size_t const header_bytes_max = 256 << 10;
int const poll_ms = 60'000;

struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiCleanup {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyCleanup>;
using Multi = std::unique_ptr<CURLM, MultiCleanup>;
using List = std::unique_ptr<curl_slist, ListCleanup>;

enum class Stopped { no, too_large, bad_header };

/// One request on its way. Its address is known to libcurl, so it never moves.
struct Exchange {
  Request request;
  HttpDone done;
  Url url;
  Response response;
  std::size_t header_bytes = 0;
  Stopped stopped = Stopped::no;
  bool decodes = false;  ///< libcurl unpacks the body
  List headers;
  List resolve;
  Easy easy;
  char error[CURL_ERROR_SIZE] = {};
};

/// Where requests go through, read once at the start.
struct Proxies {
  std::string http;
  std::string https;
  std::string except;
  std::string authorities;
};

std::string first_of(Environment const& environment, std::initializer_list<char const*> names) {
  for (char const* name : names) {
    auto const found = environment.find(name);
    if (found != environment.end() && !found->second.empty()) return found->second;
  }
  return {};
}

Proxies proxies_of(Environment const& environment) {
  Proxies proxies;
  // Not HTTP_PROXY: a web server sets it from a client's "Proxy" header.
  proxies.http = first_of(environment, {"http_proxy", "all_proxy", "ALL_PROXY"});
  proxies.https = first_of(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  proxies.except = first_of(environment, {"no_proxy", "NO_PROXY"});
  if (proxies.except != "*") proxies.except += ",localhost,127.0.0.1,::1";
  proxies.authorities = first_of(environment, {"SSL_CERT_FILE"});
  return proxies;
}

bool is_token(std::string_view text) {
  auto const plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, plain);
}

bool is_field_value(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

std::size_t on_body(char* bytes, std::size_t one, std::size_t count, void* opaque) {
  auto& exchange = *static_cast<Exchange*>(opaque);
  if (exchange.response.body.size() + count > exchange.request.body_max) {
    exchange.stopped = Stopped::too_large;
    return 0;
  }
  exchange.response.body.append(bytes, one * count);
  return count;
}

std::size_t on_header(char* bytes, std::size_t one, std::size_t count, void* opaque) {
  auto& exchange = *static_cast<Exchange*>(opaque);
  std::string_view const line = trim({bytes, one * count});
  exchange.header_bytes += count;
  if (exchange.header_bytes > header_bytes_max) {
    exchange.stopped = Stopped::bad_header;
    return 0;
  }
  // A status line: what came before was of an interim answer or of a redirect.
  if (line.starts_with("HTTP/")) {
    exchange.response.headers = {};
    exchange.response.body.clear();
    return count;
  }
  std::size_t const colon = line.find(':');
  if (colon != std::string_view::npos) {
    exchange.response.headers.add(std::string(line.substr(0, colon)),
                                  std::string(trim(line.substr(colon + 1))));
  }
  return count;
}

void append(List& list, std::string const& line) {
  curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
  require(longer != nullptr, "out of memory");
  [[maybe_unused]] curl_slist* const same = list.release();
  list.reset(longer);
}

Result<> set_headers(Exchange& exchange) {
  Request const& request = exchange.request;
  for (auto const& [name, value] : request.headers) {
    if (!is_token(name) || !is_field_value(value))
      return fail(ErrorKind::network, "a header that cannot be sent", "protocol");
    // libcurl's notation: "Name;" has an empty value, "Name:" takes a header of its own away.
    append(exchange.headers, value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  if (!request.headers.find("User-Agent")) append(exchange.headers, "User-Agent: landfall");
  if (!request.headers.find("Expect")) append(exchange.headers, "Expect:");
  if (!request.headers.find("Content-Type")) append(exchange.headers, "Content-Type:");
  curl_easy_setopt(exchange.easy.get(), CURLOPT_HTTPHEADER, exchange.headers.get());
  exchange.decodes = !request.headers.find("Accept-Encoding");
  if (exchange.decodes) curl_easy_setopt(exchange.easy.get(), CURLOPT_ACCEPT_ENCODING, "gzip");
  return {};
}

Result<> set_method(Exchange& exchange) {
  CURL* const easy = exchange.easy.get();
  Request const& request = exchange.request;
  if (!is_token(request.method))
    return fail(ErrorKind::network, "a method that cannot be sent", "protocol");
  bool const has_body = !request.body.empty() || request.method == "POST" ||
                        request.method == "PUT" || request.method == "PATCH";
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return {};
  }
  if (has_body) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  }
  // Only where it is needed: a custom method stays the same over redirects.
  if (request.method != (has_body ? "POST" : "GET"))
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  return {};
}

void set_route(Exchange& exchange, Proxies const& proxies) {
  CURL* const easy = exchange.easy.get();
  Url const& url = exchange.url;
  bool const here = is_loopback(url.host);
  std::string const& proxy = url.scheme == "https" ? proxies.https : proxies.http;
  curl_easy_setopt(easy, CURLOPT_PROXY, here ? "" : proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_NOPROXY, proxies.except.c_str());
  // Our servers listen on the one address only; ::1 may be somebody else's.
  if (here && url.host.ends_with("localhost")) {
    append(exchange.resolve, fmt::format("{}:{}:127.0.0.1", url.host, url.port));
    curl_easy_setopt(easy, CURLOPT_RESOLVE, exchange.resolve.get());
  }
}

void set_limits(Exchange& exchange, Proxies const& proxies) {
  CURL* const easy = exchange.easy.get();
  Request const& request = exchange.request;
  long const timeout = static_cast<long>(std::max<Duration::rep>(request.timeout.count(), 1));
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request.redirects == Redirects::follow ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!proxies.authorities.empty())
    curl_easy_setopt(easy, CURLOPT_CAINFO, proxies.authorities.c_str());
  // libcurl sends a request again by itself when a kept connection turns out to be dead. What acts
  // must not be done twice, so it gets a connection of its own.
  bool const acts = request.method != "GET" && request.method != "HEAD";
  if (request.reuse == Reuse::never || acts) {
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  }
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &exchange);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange.error);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &exchange);
}

Result<> prepare(Exchange& exchange, Proxies const& proxies) {
  Result<Url> url = parse_url(exchange.request.url);
  if (!url) return fail(ErrorKind::network, url.error().text, "protocol");
  if (url->scheme.empty()) return fail(ErrorKind::network, "not an absolute URL", "protocol");
  exchange.url = *std::move(url);
  exchange.easy.reset(curl_easy_init());
  require(exchange.easy != nullptr, "libcurl has no handle");
  TRY(set_method(exchange));
  TRY(set_headers(exchange));
  set_route(exchange, proxies);
  set_limits(exchange, proxies);
  return {};
}

std::string code_of(CURLcode result, Stopped stopped) {
  if (stopped == Stopped::too_large) return "too_large";
  if (stopped == Stopped::bad_header) return "protocol";
  // libcurl has a hundred codes; those that are not named here are all "protocol".
  static std::pair<CURLcode, char const*> const codes[]{
      {CURLE_COULDNT_RESOLVE_HOST, "dns"},     {CURLE_COULDNT_RESOLVE_PROXY, "dns"},
      {CURLE_COULDNT_CONNECT, "connect"},      {CURLE_PROXY, "connect"},
      {CURLE_INTERFACE_FAILED, "connect"},     {CURLE_OPERATION_TIMEDOUT, "timeout"},
      {CURLE_SSL_CONNECT_ERROR, "tls"},        {CURLE_PEER_FAILED_VERIFICATION, "tls"},
      {CURLE_SSL_CERTPROBLEM, "tls"},          {CURLE_SSL_CIPHER, "tls"},
      {CURLE_SSL_CACERT_BADFILE, "tls"},       {CURLE_SSL_CRL_BADFILE, "tls"},
      {CURLE_SSL_ISSUER_ERROR, "tls"},         {CURLE_SSL_INVALIDCERTSTATUS, "tls"},
      {CURLE_SSL_PINNEDPUBKEYNOTMATCH, "tls"}, {CURLE_SSL_ENGINE_NOTFOUND, "tls"},
      {CURLE_SSL_CLIENTCERT, "tls"},           {CURLE_FILESIZE_EXCEEDED, "too_large"},
      {CURLE_PARTIAL_FILE, "truncated"},       {CURLE_GOT_NOTHING, "truncated"},
      {CURLE_RECV_ERROR, "truncated"},         {CURLE_SEND_ERROR, "truncated"},
      {CURLE_HTTP2_STREAM, "truncated"},
  };
  for (auto const& [code, word] : codes)
    if (code == result) return word;
  return "protocol";
}

template <class T>
T info(CURL* easy, CURLINFO which) {
  T value{};
  curl_easy_getinfo(easy, which, &value);
  return value;
}

std::chrono::microseconds phase(CURL* easy, CURLINFO which) {
  return std::chrono::microseconds(info<curl_off_t>(easy, which));
}

std::string version_of(long version) {
  if (version == CURL_HTTP_VERSION_1_0) return "1.0";
  if (version == CURL_HTTP_VERSION_1_1) return "1.1";
  if (version == CURL_HTTP_VERSION_2_0) return "2";
  return version == CURL_HTTP_VERSION_3 ? "3" : "";
}

Result<Response> outcome(Exchange& exchange, CURLcode result) {
  CURL* const easy = exchange.easy.get();
  if (result != CURLE_OK) {
    std::string const detail =
        exchange.stopped == Stopped::too_large
            ? fmt::format("the answer is longer than {} bytes", exchange.request.body_max)
            : printable(*exchange.error != '\0' ? exchange.error : curl_easy_strerror(result));
    return fail(ErrorKind::network,
                fmt::format("{}:{}: {}", exchange.url.host, exchange.url.port, detail),
                code_of(result, exchange.stopped));
  }
  Response response = std::move(exchange.response);
  response.status = static_cast<int>(info<long>(easy, CURLINFO_RESPONSE_CODE));
  response.timings = {.dns = phase(easy, CURLINFO_NAMELOOKUP_TIME_T),
                      .connect = phase(easy, CURLINFO_CONNECT_TIME_T),
                      .tls = phase(easy, CURLINFO_APPCONNECT_TIME_T),
                      .first_byte = phase(easy, CURLINFO_STARTTRANSFER_TIME_T),
                      .total = phase(easy, CURLINFO_TOTAL_TIME_T)};
  if (char const* const url = info<char*>(easy, CURLINFO_EFFECTIVE_URL)) response.url = url;
  if (char const* const peer = info<char*>(easy, CURLINFO_PRIMARY_IP)) response.peer = peer;
  response.version = version_of(info<long>(easy, CURLINFO_HTTP_VERSION));
  // The body was unpacked; headers that speak of the packed one would mislead.
  if (exchange.decodes && response.headers.find("Content-Encoding")) {
    response.headers.remove("Content-Encoding");
    response.headers.remove("Content-Length");
  }
  return response;
}

class CurlHttp : public Http {
 public:
  CurlHttp(Loop& loop, Proxies proxies, Multi multi)
      : loop_(loop), proxies_(std::move(proxies)), multi_(std::move(multi)) {}
  ~CurlHttp() override;
  void start();
  void send(Request request, HttpDone done) override;

 private:
  void work(std::stop_token const& stopping);
  void take_new();
  void begin(std::unique_ptr<Exchange> exchange);
  void take_finished();
  void report(std::unique_ptr<Exchange> exchange, Result<Response> result);

  Loop& loop_;
  Proxies proxies_;
  Multi multi_;
  std::map<CURL*, std::unique_ptr<Exchange>> active_;  // the thread's own
  std::deque<std::unique_ptr<Exchange>> waiting_;      // the thread's own
  std::mutex mutex_;
  std::vector<std::unique_ptr<Exchange>> sent_;
  std::jthread thread_;
};

void CurlHttp::start() {
  // Signals are the loop thread's; a thread inherits what is blocked as it starts.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::jthread([this](std::stop_token const& stopping) { work(stopping); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

CurlHttp::~CurlHttp() {
  thread_.request_stop();
  curl_multi_wakeup(multi_.get());
  if (thread_.joinable()) thread_.join();
  for (auto const& [easy, exchange] : active_) curl_multi_remove_handle(multi_.get(), easy);
}

void CurlHttp::send(Request request, HttpDone done) {
  auto exchange = std::make_unique<Exchange>();
  exchange->request = std::move(request);
  exchange->done = std::move(done);
  {
    std::scoped_lock const lock(mutex_);
    sent_.push_back(std::move(exchange));
  }
  curl_multi_wakeup(multi_.get());
}

void CurlHttp::work(std::stop_token const& stopping) {
  while (!stopping.stop_requested()) {
    take_new();
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    take_finished();
    if (!waiting_.empty() && active_.size() < active_max) continue;
    curl_multi_poll(multi_.get(), nullptr, 0, poll_ms, nullptr);
  }
}

void CurlHttp::take_new() {
  {
    std::scoped_lock const lock(mutex_);
    std::ranges::move(sent_, std::back_inserter(waiting_));
    sent_.clear();
  }
  while (!waiting_.empty() && active_.size() < active_max) {
    auto exchange = std::move(waiting_.front());
    waiting_.pop_front();
    begin(std::move(exchange));
  }
}

void CurlHttp::begin(std::unique_ptr<Exchange> exchange) {
  Result<> const ready = prepare(*exchange, proxies_);
  if (!ready) {
    Error const& error = ready.error();
    return report(std::move(exchange), fail(error.kind, error.text, error.code));
  }
  CURL* const easy = exchange->easy.get();
  require(curl_multi_add_handle(multi_.get(), easy) == CURLM_OK, "libcurl takes no more handles");
  active_.emplace(easy, std::move(exchange));
}

void CurlHttp::take_finished() {
  int left = 0;
  while (CURLMsg const* const message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURLcode const code = message->data.result;
    auto node = active_.extract(message->easy_handle);
    require(!node.empty(), "libcurl finished what was never begun");
    curl_multi_remove_handle(multi_.get(), node.key());
    Result<Response> result = outcome(*node.mapped(), code);
    report(std::move(node.mapped()), std::move(result));
  }
}

void CurlHttp::report(std::unique_ptr<Exchange> exchange, Result<Response> result) {
  loop_.post([done = std::move(exchange->done), result = std::move(result)]() mutable {
    done(std::move(result));
  });
}

}  // namespace

Result<> load_curl();  // cmake/lazy_library.cmake

Result<std::unique_ptr<Http>> curl_http(Loop& loop, Environment const& environment) {
  TRY(load_curl());
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return fail(ErrorKind::config, "libcurl does not start");
  Multi multi(curl_multi_init());
  if (!multi) return fail(ErrorKind::config, "libcurl has no handle");
  curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(active_max));
  auto http = std::make_unique<CurlHttp>(loop, proxies_of(environment), std::move(multi));
  http->start();
  return http;
}

}  // namespace landfall
