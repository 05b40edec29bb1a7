// The outside witness: one request to a target's health URL, and what its answer means.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "facts/store.h"
#include "intent/intent.h"
#include "world/world.h"

namespace landfall {

/// An answer, judged by signatures/*.yaml: DESIGN section 6.
struct Classified {
  std::string
      class_name;  ///< blank_app, no_web_process, crashed, boot_timeout, maintenance, bad_response,
                   ///< no_such_app, gated, bot_blocked, dangling_name, auth_regression, wrong_path,
                   ///< no_deployment_behind_edge, origin_certificate, login_page, healthy,
                   ///< unhealthy, timeout, dns, connect, tls...
  std::string verdict;                ///< healthy, failing, unknown
  std::string detail;                 ///< one sentence with what was found
  std::optional<std::string> commit;  ///< as the body names it, if Health::commit says where
};

/// Pure: what an answer to `url` means for a target with this health.
Classified classify(Health const& health, Result<Response> const& response);

/// Asks once, without following redirects, over a new connection, and hands the judgement and the
/// answer on. Writes nothing.
void probe(World world, Health const& health, std::string const& base_url,
           std::move_only_function<void(Classified, Result<Response>)> done);

}  // namespace landfall
