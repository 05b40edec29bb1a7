#include "world/openssl.h"

#include <openssl/err.h>

#include <array>

namespace landfall {

Result<> load_crypto();
Result<> load_ssl();

Result<> load_openssl() {
  TRY(load_crypto());
  return load_ssl();
}

std::unexpected<Error> openssl_failure(std::string const& what) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return fail(ErrorKind::config, what + ": " + text.data(), "tls");
}

}  // namespace landfall
