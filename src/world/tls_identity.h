// A certificate authority made on the spot, for clients that insist on TLS.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "world/random.h"
#include "world/stream.h"

namespace landfall {

/// The authority's own key is forgotten as soon as it has signed: nobody can make another identity
/// that its certificate vouches for.
struct LocalAuthority {
  std::string certificate_pem;  ///< what clients have to trust
  TlsIdentity server;
};

/// For localhost, *.localhost, 127.0.0.1, ::1 and the hosts (OpenSSL and GnuTLS want two dots after
/// a wildcard, so names below .localhost that they are to accept have to be named). Good from five
/// years before `now` to twenty after it, so that clients whose clocks are not shifted accept it
/// too. The keys come from the system's chance, only the serial numbers from `random`.
Result<LocalAuthority> make_local_authority(Instant now, Random& random,
                                            std::vector<std::string> const& hosts = {});

}  // namespace landfall
