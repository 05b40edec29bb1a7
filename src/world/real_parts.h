// The parts of the real world, each behind one file; for this room only.
#pragma once

#include <memory>

#include "world/files.h"
#include "world/http.h"
#include "world/process.h"
#include "world/real_loop.h"
#include "world/stream.h"
#include "world/workers.h"
#include "world/world.h"

namespace landfall {

/// libcurl on a thread of its own; answers are posted to the loop. Proxies by `http_proxy`,
/// `https_proxy`, `all_proxy` and `no_proxy`, never for loopback; `SSL_CERT_FILE` replaces the
/// machine's certificate authorities.
Result<std::unique_ptr<Http>> curl_http(Loop& loop, Environment const& environment);

/// TCP over epoll, on the loop's thread.
std::unique_ptr<Streams> real_streams(RealLoop& loop);

/// One thread, started with the first work.
std::unique_ptr<Workers> real_workers(Loop& loop);

/// Children with a supervisor each, which a warden forks; see warden.h and supervisor.h.
std::unique_ptr<Processes> real_processes(RealLoop& loop);

}  // namespace landfall
