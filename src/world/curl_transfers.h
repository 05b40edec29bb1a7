// libcurl's transfers, whatever they speak, on a thread of their own; for this room only.
#pragma once

#include <curl/curl.h>

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "world/loop.h"
#include "world/world.h"

namespace landfall {

struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiCleanup {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlEasy = std::unique_ptr<CURL, EasyCleanup>;
using CurlMulti = std::unique_ptr<CURLM, MultiCleanup>;
using CurlList = std::unique_ptr<curl_slist, ListCleanup>;

void append_line(CurlList& list, std::string const& line);

/// One transfer. libcurl knows its address, so it never moves.
class CurlTransfer {
 public:
  virtual ~CurlTransfer() = default;
  /// On libcurl's thread, before anything is sent. An error is what becomes of it.
  virtual Result<> prepare(CURL* easy) = 0;
  /// On libcurl's thread, when it is over; `easy` still knows all of it. Returns what is to be done
  /// on the loop's thread.
  virtual Work ended(CURL* easy, CURLcode code) = 0;
  /// It could not begin.
  virtual Work failed(Error error) = 0;

  /// What libcurl says of an error, in words.
  std::string what_went_wrong(CURLcode code) const;

 private:
  friend class CurlTransfers;
  CurlEasy easy_;
  char error_[CURL_ERROR_SIZE] = {};
};

/// The word for an error in the code of an Error: dns, connect, timeout, tls, too_large, truncated,
/// protocol.
std::string curl_code(CURLcode code);

/// What every transfer needs: its time, the authorities that vouch for servers (`SSL_CERT_FILE`;
/// empty: the machine's), no signals.
void set_usual(CURL* easy, Duration timeout, std::string const& authorities);
/// The first of the variables that is set; else empty.
std::string first_variable(Environment const& environment,
                           std::initializer_list<char const*> names);

/// Loads libcurl and starts its thread with the first transfer: most commands make none, and the
/// start costs more than all that some of them do.
class CurlTransfers {
 public:
  explicit CurlTransfers(Loop& loop) : loop_(loop) {}
  ~CurlTransfers();
  CurlTransfers(CurlTransfers const&) = delete;
  CurlTransfers& operator=(CurlTransfers const&) = delete;

  void submit(std::unique_ptr<CurlTransfer> transfer);

 private:
  Result<> start();
  void work(std::stop_token const& stopping);
  void take_new();
  void begin(std::unique_ptr<CurlTransfer> transfer);
  void take_finished();

  Loop& loop_;
  CurlMulti multi_;
  std::map<CURL*, std::unique_ptr<CurlTransfer>> active_;  // the thread's own
  std::deque<std::unique_ptr<CurlTransfer>> waiting_;      // the thread's own
  std::mutex mutex_;
  std::vector<std::unique_ptr<CurlTransfer>> sent_;
  std::jthread thread_;
};

}  // namespace landfall
