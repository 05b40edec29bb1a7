#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "world/curl_transfers.h"
#include "world/real_parts.h"
#include "world/sim_network.h"

namespace landfall {

namespace {

std::size_t const header_bytes_max = 256 << 10;
enum class Stopped { no, too_large, bad_header };

/// Where requests go through, read once at the start.
struct Proxies {
  std::string http;
  std::string https;
  std::string except;
  std::string authorities;
};

/// One request on its way.
class Exchange : public CurlTransfer {
 public:
  Exchange(Request sent, HttpDone done, std::shared_ptr<Proxies const> proxies)
      : request(std::move(sent)), done_(std::move(done)), proxies_(std::move(proxies)) {}
  Result<> prepare(CURL* easy) override;
  Work ended(CURL* easy, CURLcode code) override { return told(outcome(easy, code)); }
  Work failed(Error error) override { return told(std::unexpected(std::move(error))); }

  Request request;
  Response response;
  std::size_t header_bytes = 0;
  Stopped stopped = Stopped::no;

 private:
  Result<> set_headers(CURL* easy);
  Result<> set_method(CURL* easy) const;
  void set_route(CURL* easy);
  void set_limits(CURL* easy);
  Result<Response> outcome(CURL* easy, CURLcode result);
  Work told(Result<Response> result) {
    return [done = std::move(done_), result = std::move(result)]() mutable {
      done(std::move(result));
    };
  }

  HttpDone done_;
  std::shared_ptr<Proxies const> proxies_;  ///< the client may be gone before its last exchange
  Url url_;
  bool decodes_ = false;  ///< libcurl unpacks the body
  CurlList headers_;
  CurlList resolve_;
};

Proxies proxies_of(Environment const& environment) {
  Proxies proxies;
  // Not HTTP_PROXY: a web server sets it from a client's "Proxy" header.
  proxies.http = first_variable(environment, {"http_proxy", "all_proxy", "ALL_PROXY"});
  proxies.https =
      first_variable(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  proxies.except = first_variable(environment, {"no_proxy", "NO_PROXY"});
  if (proxies.except != "*") proxies.except += ",localhost,127.0.0.1,::1";
  proxies.authorities = first_variable(environment, {"SSL_CERT_FILE"});
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

Result<> Exchange::set_headers(CURL* easy) {
  for (auto const& [name, value] : request.headers) {
    if (!is_token(name) || !is_field_value(value))
      return fail(ErrorKind::network, "a header that cannot be sent", "protocol");
    // libcurl's notation: "Name;" has an empty value, "Name:" takes a header of its own away.
    append_line(headers_, value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  if (!request.headers.find("User-Agent")) append_line(headers_, "User-Agent: landfall");
  if (!request.headers.find("Expect")) append_line(headers_, "Expect:");
  if (!request.headers.find("Content-Type")) append_line(headers_, "Content-Type:");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
  decodes_ = !request.headers.find("Accept-Encoding");
  if (decodes_) curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  return {};
}

Result<> Exchange::set_method(CURL* easy) const {
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

void Exchange::set_route(CURL* easy) {
  bool const here = is_loopback(url_.host);
  std::string const& proxy = url_.scheme == "https" ? proxies_->https : proxies_->http;
  curl_easy_setopt(easy, CURLOPT_PROXY, here ? "" : proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_NOPROXY, proxies_->except.c_str());
  // Our servers listen on the one address only; ::1 may be somebody else's.
  if (here && url_.host.ends_with("localhost")) {
    append_line(resolve_, fmt::format("{}:{}:127.0.0.1", url_.host, url_.port));
    curl_easy_setopt(easy, CURLOPT_RESOLVE, resolve_.get());
  }
}

void Exchange::set_limits(CURL* easy) {
  set_usual(easy, request.timeout, proxies_->authorities);
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request.redirects == Redirects::follow ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, 5L);
  // libcurl sends a request again by itself when a kept connection turns out to be dead. What acts
  // must not be done twice, so it gets a connection of its own.
  bool const acts = request.method != "GET" && request.method != "HEAD";
  if (request.reuse == Reuse::never || acts) {
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  }
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
}

Result<> Exchange::prepare(CURL* easy) {
  Result<Url> url = parse_url(request.url);
  if (!url) return fail(ErrorKind::network, url.error().text, "protocol");
  if (url->scheme.empty()) return fail(ErrorKind::network, "not an absolute URL", "protocol");
  url_ = *std::move(url);
  TRY(set_method(easy));
  TRY(set_headers(easy));
  set_route(easy);
  set_limits(easy);
  return {};
}

std::string code_of(CURLcode result, Stopped stopped) {
  if (stopped == Stopped::too_large) return "too_large";
  return stopped == Stopped::bad_header ? "protocol" : curl_code(result);
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

Result<Response> Exchange::outcome(CURL* easy, CURLcode result) {
  if (result != CURLE_OK) {
    std::string const detail =
        stopped == Stopped::too_large
            ? fmt::format("the answer is longer than {} bytes", request.body_max)
            : what_went_wrong(result);
    return fail(ErrorKind::network, fmt::format("{}:{}: {}", url_.host, url_.port, detail),
                code_of(result, stopped));
  }
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
  if (decodes_ && response.headers.find("Content-Encoding")) {
    response.headers.remove("Content-Encoding");
    response.headers.remove("Content-Length");
  }
  return std::move(response);
}

class CurlHttp : public Http {
 public:
  CurlHttp(CurlTransfers& transfers, Proxies proxies)
      : transfers_(transfers), proxies_(std::make_shared<Proxies const>(std::move(proxies))) {}
  void send(Request request, HttpDone done) override {
    transfers_.submit(std::make_unique<Exchange>(std::move(request), std::move(done), proxies_));
  }

 private:
  CurlTransfers& transfers_;
  std::shared_ptr<Proxies const> const proxies_;
};

}  // namespace

std::unique_ptr<Http> curl_http(CurlTransfers& transfers, Environment const& environment) {
  return std::make_unique<CurlHttp>(transfers, proxies_of(environment));
}

}  // namespace landfall
