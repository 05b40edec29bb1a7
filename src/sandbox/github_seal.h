// The keys that clients seal secrets with, and the seals opened: libsodium's sealed boxes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace landfall::sandbox {

struct SealingKey {
  std::string id;      ///< digits
  std::string key;     ///< base64, for clients
  std::string secret;  ///< raw
  std::string open;    ///< raw, the public half
};

/// The key of one holder of secrets, always the same for the same seed and name. ErrorKind::config:
/// libsodium is not installed.
Result<SealingKey> sealing_key(std::string_view seed, std::string_view name);

/// The value in a sealed box (base64); none: it was not sealed with this key.
std::optional<std::string> unsealed(SealingKey const& key, std::string_view box);

}  // namespace landfall::sandbox
