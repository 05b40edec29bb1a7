// TLS over a stream, by OpenSSL; for this room only.
#pragma once

#include "world/loop.h"
#include "world/stream.h"

namespace landfall {

/// What to accept connections with so that `accept` gets those whose TLS handshake succeeded, each
/// as a stream of what is said inside.
Result<Streams::Accept> tls_accept(Loop& loop, TlsIdentity const& identity, Streams::Accept accept);

}  // namespace landfall
