#include "world/tls_stream.h"
namespace landfall {
Result<Streams::Accept> tls_accept(Loop&, TlsIdentity const&, Streams::Accept) {
  return fail(ErrorKind::config, "TLS is not served yet");
}
}  // namespace landfall
