#pragma once
// OpenSSL's objects with an owner, and what is read from certificates. Only who works with
// certificates includes this.

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <vector>

#include "scenarios/base/result.h"

namespace chokepoint::controller {

struct Free {
  void operator()(ASN1_STRING* one) const { ASN1_STRING_free(one); }  // integers and times, too
  void operator()(BIGNUM* one) const { BN_free(one); }
  void operator()(BIO* one) const { BIO_free_all(one); }
  void operator()(EVP_PKEY* one) const { EVP_PKEY_free(one); }
  void operator()(GENERAL_NAMES* one) const { GENERAL_NAMES_free(one); }
  void operator()(X509* one) const { X509_free(one); }
  void operator()(X509_CRL* one) const { X509_CRL_free(one); }
  void operator()(X509_EXTENSION* one) const { X509_EXTENSION_free(one); }
  void operator()(X509_REVOKED* one) const { X509_REVOKED_free(one); }
  void operator()(X509_STORE* one) const { X509_STORE_free(one); }
  void operator()(X509_STORE_CTX* one) const { X509_STORE_CTX_free(one); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

// OpenSSL leaves its errors in a queue of the thread, where others (TLS connections) would take
// them for their own. Whoever calls it has one of these, and leaves an empty queue.
struct ErrorsCleared {
  ErrorsCleared() = default;
  ErrorsCleared(const ErrorsCleared&) = delete;
  ErrorsCleared& operator=(const ErrorsCleared&) = delete;
  ~ErrorsCleared();
};

// What OpenSSL has to say about its last failure on this thread; never empty.
std::string last_openssl_error();

// Reads from `text`, which has to outlive it.
Owned<BIO> reader_of(const std::string& text);

// All certificates of a text in PEM, or all revocation lists; whatever else stands in it is passed
// over. Errors (invalid_input, does not name the text): none, a damaged one.
Result<std::vector<Owned<X509>>> certificates_in(const std::string& text);
Result<std::vector<Owned<X509_CRL>>> revocation_lists_in(const std::string& text);

// Seconds since 1970.
double seconds_of(const ASN1_TIME* time);
// 2026-05-07T23:20:00Z.
std::string instant_text(const ASN1_TIME* time);

// As in RFC 2253, "CN=maria,O=example"; fit for one line of a log.
std::string name_text(const X509_NAME* name);

// In hexadecimal digits, an even number of them.
std::string serial_text(const ASN1_INTEGER* serial);

}  // namespace chokepoint::controller
