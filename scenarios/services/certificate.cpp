#include "scenarios/services/certificate.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <ctime>
#include <memory>

#include "scenarios/loader/text_file.h"

namespace chokepoint {
namespace {

using Bytes = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Bytes bytes_of(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

// A daemon has nobody to ask for the password of a key.
int no_password(char* /*to*/, int /*size*/, int /*is_writing*/, void* /*data*/) { return 0; }

std::string text_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unknown time";
  std::array<char, 32> text{};
  (void)!std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

}  // namespace

Status check_certificate(const std::string& certificate, const std::string& key,
                         const std::string& name) {
  const Certificate parsed(
      PEM_read_bio_X509(bytes_of(certificate).get(), nullptr, nullptr, nullptr), &X509_free);
  if (!parsed) {
    return Error{.code = Code::invalid_input,
                 .message = fmt::format("{} holds no certificate in PEM", name)};
  }
  const auto refused = [&](const std::string& why) {
    return Error{.code = Code::denied,
                 .message = fmt::format("the certificate {} {}", name, why),
                 .hint = "nothing was touched"};
  };
  if (X509_cmp_current_time(X509_get0_notAfter(parsed.get())) < 0) {
    return refused("expired on " + text_of(X509_get0_notAfter(parsed.get())));
  }
  if (X509_cmp_current_time(X509_get0_notBefore(parsed.get())) > 0) {
    return refused("is not valid before " + text_of(X509_get0_notBefore(parsed.get())));
  }
  if (key.empty()) return Ok{};
  const Key secret(PEM_read_bio_PrivateKey(bytes_of(key).get(), nullptr, &no_password, nullptr),
                   &EVP_PKEY_free);
  if (!secret) {
    return Error{.code = Code::invalid_input,
                 .message = fmt::format("the key beside {} is no key in PEM", name)};
  }
  if (X509_check_private_key(parsed.get(), secret.get()) != 1) {
    return refused("belongs to another key than the one beside it");
  }
  return Ok{};
}

Result<Credentials> read_credentials(const std::string& authority, const std::string& certificate,
                                     const std::string& key) {
  const Result<std::string> believed = read_text_file(authority);
  if (!believed) return believed.error();
  const Result<std::string> ours = read_text_file(certificate);
  if (!ours) return ours.error();
  const Result<std::string> secret = read_text_file(key);
  if (!secret) return secret.error();
  if (Status valid = check_certificate(*ours, *secret, certificate); !valid) return valid.error();
  return Credentials{.authority = *believed, .certificate = *ours, .key = *secret};
}

}  // namespace chokepoint
