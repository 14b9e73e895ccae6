#include "controller/identity/x509.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <chrono>
#include <ctime>

#include "controller/identity/identity.h"
#include "scenarios/base/assert.h"
#include "scenarios/base/instant.h"

namespace chokepoint::controller {
namespace {

// All objects of one kind; `read` gives the next, or none.
template <class T, class Read>
Result<std::vector<Owned<T>>> all_in(const std::string& text, const char* what, Read read) {
  const ErrorsCleared errors;
  ERR_clear_error();
  const Owned<BIO> reader = reader_of(text);
  std::vector<Owned<T>> all;
  while (Owned<T> one{read(reader.get())}) all.push_back(std::move(one));
  const bool is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!is_end) return Error{.message = std::string("holds a damaged ") + what};
  if (all.empty()) return Error{.message = std::string("holds no ") + what + " in PEM"};
  return all;
}

}  // namespace

ErrorsCleared::~ErrorsCleared() { ERR_clear_error(); }

std::string last_openssl_error() {
  const unsigned long number = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(number);
  return reason != nullptr ? reason : "OpenSSL does not say why";
}

Owned<BIO> reader_of(const std::string& text) {
  Owned<BIO> reader(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  CHOKEPOINT_ASSERT(reader != nullptr, "there is memory for a reader");
  return reader;
}

Result<std::vector<Owned<X509>>> certificates_in(const std::string& text) {
  return all_in<X509>(text, "certificate", [](BIO* reader) {
    return PEM_read_bio_X509(reader, nullptr, nullptr, nullptr);
  });
}

Result<std::vector<Owned<X509_CRL>>> revocation_lists_in(const std::string& text) {
  return all_in<X509_CRL>(text, "list of revoked certificates", [](BIO* reader) {
    return PEM_read_bio_X509_CRL(reader, nullptr, nullptr, nullptr);
  });
}

double seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return static_cast<double>(timegm(&parts));
}

std::string instant_text(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unknown time";
  return format_instant(std::chrono::sys_seconds(std::chrono::seconds(timegm(&parts))));
}

std::string name_text(const X509_NAME* name) {
  const Owned<BIO> writer(BIO_new(BIO_s_mem()));
  CHOKEPOINT_ASSERT(writer != nullptr, "there is memory for a writer");
  X509_NAME_print_ex(writer.get(), name, 0, XN_FLAG_RFC2253);
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(writer.get(), &bytes);
  return length > 0 ? harmless({bytes, static_cast<std::size_t>(length)}) : std::string();
}

std::string serial_text(const ASN1_INTEGER* serial) {
  const Owned<BIGNUM> number(ASN1_INTEGER_to_BN(serial, nullptr));
  CHOKEPOINT_ASSERT(number != nullptr, "a serial number is a number");
  char* digits = BN_bn2hex(number.get());
  std::string text = digits;
  OPENSSL_free(digits);
  return text;
}

}  // namespace chokepoint::controller
