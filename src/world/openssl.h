// OpenSSL's objects, freed by their owners; for this room only.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

#include "base/result.h"

namespace landfall {

template <auto release>
struct Releases {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};

using Bio = std::unique_ptr<BIO, Releases<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Releases<X509_free>>;
using Tls = std::unique_ptr<SSL, Releases<SSL_free>>;
using TlsContext = std::unique_ptr<SSL_CTX, Releases<SSL_CTX_free>>;

/// Loads both libraries; before the first use of any of the above.
Result<> load_openssl();
/// What OpenSSL has to say of a failure.
std::unexpected<Error> openssl_failure(std::string const& what);

}  // namespace landfall
