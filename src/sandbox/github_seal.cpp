#include "sandbox/github_seal.h"

#include <sodium.h>

#include "base/text.h"

namespace landfall {
Result<> load_sodium();

namespace sandbox {
namespace {

unsigned char const* bytes_of(std::string const& text) {
  return reinterpret_cast<unsigned char const*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

Result<SealingKey> sealing_key(std::string_view seed, std::string_view name) {
  TRY(load_sodium());
  std::string const digest = sha256(std::string(seed) + " " + std::string(name));
  std::string const bytes = digest.substr(0, crypto_box_SEEDBYTES);
  SealingKey key;
  key.secret.resize(crypto_box_SECRETKEYBYTES);
  key.open.resize(crypto_box_PUBLICKEYBYTES);
  bool const made =
      crypto_box_seed_keypair(bytes_of(key.open), bytes_of(key.secret), bytes_of(bytes)) == 0;
  require(made, "a key pair out of a seed");
  key.key = base64(key.open);
  // GitHub's ids of keys are long decimal numbers.
  std::string const mark = sha256(key.open);
  for (char const c : mark.substr(0, 18)) key.id += static_cast<char>('0' + c % 10);
  return key;
}

std::optional<std::string> unsealed(SealingKey const& key, std::string_view box) {
  auto const sealed = from_base64(box);
  if (!sealed || sealed->size() < crypto_box_SEALBYTES) return std::nullopt;
  std::string value(sealed->size() - crypto_box_SEALBYTES, '\0');
  bool const opened = crypto_box_seal_open(bytes_of(value), bytes_of(*sealed), sealed->size(),
                                           bytes_of(key.open), bytes_of(key.secret)) == 0;
  return opened ? std::optional(value) : std::nullopt;
}

}  // namespace sandbox
}  // namespace landfall
