#include "world/tls_identity.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <chrono>

#include "world/openssl.h"

namespace landfall {

namespace {

struct Subject {
  std::string name;
  Instant from{};
  Instant until{};
  std::uint64_t serial = 0;
  std::vector<std::pair<int, std::string>> extensions;  ///< in order: by number, as OpenSSL's text
};

struct Signer {
  X509* certificate = nullptr;  ///< null: the certificate signs itself
  EVP_PKEY* key = nullptr;
};

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  long const size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, static_cast<void*>(&bytes));
  return {bytes, static_cast<std::size_t>(size)};
}

bool set_time(ASN1_TIME* field, Instant instant) {
  auto const seconds = std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch();
  return ASN1_TIME_set(field, static_cast<std::time_t>(seconds.count())) != nullptr;
}

bool set_name(X509* certificate, std::string const& name) {
  auto const* const bytes = reinterpret_cast<unsigned char const*>(name.c_str());
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, bytes,
                                    -1, -1, 0) == 1;
}

bool add_extension(X509* certificate, X509* issuer, std::pair<int, std::string> const& what) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Releases<X509_EXTENSION_free>> const extension(
      X509V3_EXT_conf_nid(nullptr, &context, what.first, what.second.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

Result<Certificate> certify(Subject const& subject, EVP_PKEY* key, Signer const& signer) {
  Certificate certificate(X509_new());
  X509* const own = certificate.get();
  X509* const issuer = signer.certificate == nullptr ? own : signer.certificate;
  bool good = own != nullptr && X509_set_version(own, 2) == 1 &&
              ASN1_INTEGER_set_uint64(X509_get_serialNumber(own), subject.serial) == 1 &&
              set_time(X509_getm_notBefore(own), subject.from) &&
              set_time(X509_getm_notAfter(own), subject.until) && set_name(own, subject.name) &&
              X509_set_issuer_name(own, X509_get_subject_name(issuer)) == 1 &&
              X509_set_pubkey(own, key) == 1;
  for (auto const& extension : subject.extensions)
    good = good && add_extension(own, issuer, extension);
  if (!good || X509_sign(own, signer.key, EVP_sha256()) == 0)
    return openssl_failure("no certificate");
  return certificate;
}

Result<std::string> certificate_pem(X509* certificate) {
  Bio const bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1)
    return openssl_failure("no certificate");
  return text_of(bio.get());
}

Result<std::string> key_pem(EVP_PKEY* key) {
  Bio const bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return openssl_failure("no key");
  return text_of(bio.get());
}

Result<Key> make_key() {
  Key key(EVP_EC_gen("P-256"));
  if (!key) return openssl_failure("no key");
  return key;
}

}  // namespace

Result<LocalAuthority> make_local_authority(Instant now, Random& random,
                                            std::vector<std::string> const& hosts) {
  TRY(load_openssl());
  Instant const from = now - std::chrono::years(5);
  Instant const until = now + std::chrono::years(20);
  std::string names = "DNS:localhost,DNS:*.localhost,IP:127.0.0.1,IP:::1";
  for (std::string const& host : hosts) names += ",DNS:" + host;
  Key const authority_key = TRY(make_key());
  Key const server_key = TRY(make_key());
  Subject const authority{.name = "landfall sandbox authority",
                          .from = from,
                          .until = until,
                          .serial = random.next() >> 1,
                          .extensions = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                         {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                         {NID_subject_key_identifier, "hash"}}};
  Certificate const root =
      TRY(certify(authority, authority_key.get(), {nullptr, authority_key.get()}));
  Subject const server{.name = "localhost",
                       .from = from,
                       .until = until,
                       .serial = random.next() >> 1,
                       .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                                      {NID_key_usage, "critical,digitalSignature"},
                                      {NID_ext_key_usage, "serverAuth"},
                                      {NID_subject_alt_name, names},
                                      {NID_subject_key_identifier, "hash"},
                                      {NID_authority_key_identifier, "keyid"}}};
  Certificate const leaf =
      TRY(certify(server, server_key.get(), {root.get(), authority_key.get()}));
  LocalAuthority made;
  made.certificate_pem = TRY(certificate_pem(root.get()));
  made.server.certificate_chain_pem = TRY(certificate_pem(leaf.get()));
  made.server.key_pem = TRY(key_pem(server_key.get()));
  return made;
}

}  // namespace landfall
