#include "world/curl_transfers.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>

#include "base/text.h"

namespace landfall {

namespace {

// More hosts at once and libcurl's own tables become slow.
std::size_t const active_max = 150;
int const poll_ms = 60'000;

}  // namespace

Result<> load_curl();  // cmake/lazy_library.cmake

void append_line(CurlList& list, std::string const& line) {
  curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
  require(longer != nullptr, "out of memory");
  [[maybe_unused]] curl_slist* const same = list.release();
  list.reset(longer);
}

std::string CurlTransfer::what_went_wrong(CURLcode code) const {
  return printable(*error_ != '\0' ? error_ : curl_easy_strerror(code));
}

std::string curl_code(CURLcode result) {
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
      {CURLE_SSL_CLIENTCERT, "tls"},           {CURLE_USE_SSL_FAILED, "tls"},
      {CURLE_FILESIZE_EXCEEDED, "too_large"},  {CURLE_PARTIAL_FILE, "truncated"},
      {CURLE_GOT_NOTHING, "truncated"},        {CURLE_RECV_ERROR, "truncated"},
      {CURLE_SEND_ERROR, "truncated"},         {CURLE_HTTP2_STREAM, "truncated"},
  };
  for (auto const& [code, word] : codes)
    if (code == result) return word;
  return "protocol";
}

void set_usual(CURL* easy, Duration timeout, std::string const& authorities) {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::max<Duration::rep>(timeout.count(), 1)));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!authorities.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, authorities.c_str());
}

std::string first_variable(Environment const& environment,
                           std::initializer_list<char const*> names) {
  for (char const* name : names) {
    auto const found = environment.find(name);
    if (found != environment.end() && !found->second.empty()) return found->second;
  }
  return {};
}

Result<> CurlTransfers::start() {
  TRY(load_curl());
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return fail(ErrorKind::config, "libcurl does not start");
  multi_.reset(curl_multi_init());
  if (!multi_) return fail(ErrorKind::config, "libcurl has no handle");
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(active_max));
  // Signals are the loop thread's; a thread inherits what is blocked as it starts.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::jthread([this](std::stop_token const& stopping) { work(stopping); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return {};
}

CurlTransfers::~CurlTransfers() {
  if (!multi_) return;
  thread_.request_stop();
  curl_multi_wakeup(multi_.get());
  if (thread_.joinable()) thread_.join();
  for (auto const& [easy, transfer] : active_) curl_multi_remove_handle(multi_.get(), easy);
}

void CurlTransfers::submit(std::unique_ptr<CurlTransfer> transfer) {
  if (!multi_) {
    if (Result<> const started = start(); !started) {
      multi_.reset();
      return loop_.post(transfer->failed(started.error()));
    }
  }
  {
    std::scoped_lock const lock(mutex_);
    sent_.push_back(std::move(transfer));
  }
  curl_multi_wakeup(multi_.get());
}

void CurlTransfers::work(std::stop_token const& stopping) {
  while (!stopping.stop_requested()) {
    take_new();
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    take_finished();
    if (!waiting_.empty() && active_.size() < active_max) continue;
    curl_multi_poll(multi_.get(), nullptr, 0, poll_ms, nullptr);
  }
}

void CurlTransfers::take_new() {
  {
    std::scoped_lock const lock(mutex_);
    std::ranges::move(sent_, std::back_inserter(waiting_));
    sent_.clear();
  }
  while (!waiting_.empty() && active_.size() < active_max) {
    auto transfer = std::move(waiting_.front());
    waiting_.pop_front();
    begin(std::move(transfer));
  }
}

void CurlTransfers::begin(std::unique_ptr<CurlTransfer> transfer) {
  transfer->easy_.reset(curl_easy_init());
  CURL* const easy = transfer->easy_.get();
  require(easy != nullptr, "libcurl has no handle");
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error_);
  if (Result<> const ready = transfer->prepare(easy); !ready)
    return loop_.post(transfer->failed(ready.error()));
  require(curl_multi_add_handle(multi_.get(), easy) == CURLM_OK, "libcurl takes no more handles");
  active_.emplace(easy, std::move(transfer));
}

void CurlTransfers::take_finished() {
  int left = 0;
  while (CURLMsg const* const message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURLcode const code = message->data.result;
    auto node = active_.extract(message->easy_handle);
    require(!node.empty(), "libcurl finished what was never begun");
    curl_multi_remove_handle(multi_.get(), node.key());
    loop_.post(node.mapped()->ended(node.key(), code));
  }
}

}  // namespace landfall
