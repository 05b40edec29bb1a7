// The parts of the real world, each behind one file; for this room only.
#pragma once

#include <memory>

#include "world/files.h"
#include "world/http.h"
#include "world/mail.h"
#include "world/process.h"
#include "world/real_loop.h"
#include "world/stream.h"
#include "world/workers.h"
#include "world/world.h"

namespace landfall {

class CurlTransfers;

/// HTTP by libcurl; the transfers outlive it. Proxies by `http_proxy`,
/// `https_proxy`, `all_proxy` and `no_proxy`, never for loopback; `SSL_CERT_FILE` replaces the
/// machine's certificate authorities.
std::unique_ptr<Http> curl_http(CurlTransfers& transfers, Environment const& environment);

/// SMTP by libcurl, never through a proxy.
std::unique_ptr<Mailer> curl_mailer(CurlTransfers& transfers, Environment const& environment);

/// TCP over epoll, on the loop's thread.
std::unique_ptr<Streams> real_streams(RealLoop& loop);

/// One thread, started with the first work.
std::unique_ptr<Workers> real_workers(Loop& loop);

/// Children with a supervisor each, which a warden forks; see warden.h and supervisor.h.
std::unique_ptr<Processes> real_processes(RealLoop& loop);

}  // namespace landfall
