#include "controller/pki/certificates.h"

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <cmath>
#include <initializer_list>

#include "controller/pki/address.h"
#include "scenarios/base/assert.h"

namespace chokepoint::controller::pki {
namespace {

constexpr int kSerialBits = 128;

Error failed(const std::string& doing) {
  const ErrorsCleared errors;
  return {.code = Code::unavailable,
          .message = fmt::format("cannot {}: {}", doing, last_openssl_error())};
}

time_t whole(double seconds) { return static_cast<time_t>(std::floor(seconds)); }

// Of 32 hexadecimal digits.
bool set_random_serial(X509& certificate) {
  const Owned<BIGNUM> number(BN_new());
  return number != nullptr &&
         BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr;
}

bool set_common_name(X509_NAME* subject, const std::string& name) {
  return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.data()),
                                    static_cast<int>(name.size()), -1, 0) == 1;
}

// An extension, as X509V3_EXT_conf_nid(3) spells it.
struct Extension {
  int kind;
  const char* value;
};

bool extend(X509& certificate, const X509& issuer, std::initializer_list<Extension> extensions) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, const_cast<X509*>(&issuer), &certificate, nullptr, nullptr, 0);
  for (const Extension& one : extensions) {
    const Owned<X509_EXTENSION> extension(
        X509V3_EXT_conf_nid(nullptr, &context, one.kind, one.value));
    if (extension == nullptr || X509_add_ext(&certificate, extension.get(), -1) != 1) return false;
  }
  return true;
}

// Takes ownership of the value.
bool add_name(GENERAL_NAMES& names, int kind, ASN1_STRING* value) {
  GENERAL_NAME* name = GENERAL_NAME_new();
  if (name == nullptr || value == nullptr) {
    GENERAL_NAME_free(name);
    ASN1_STRING_free(value);
    return false;
  }
  GENERAL_NAME_set0_value(name, kind, value);
  if (sk_GENERAL_NAME_push(&names, name) > 0) return true;
  GENERAL_NAME_free(name);
  return false;
}

ASN1_STRING* string_of(int type, const void* bytes, std::size_t size) {
  ASN1_STRING* string = ASN1_STRING_type_new(type);
  if (string != nullptr && ASN1_STRING_set(string, bytes, static_cast<int>(size)) == 1) {
    return string;
  }
  ASN1_STRING_free(string);
  return nullptr;
}

bool add_address(GENERAL_NAMES& names, const std::string& address) {
  const std::vector<unsigned char> bytes = ip_bytes_of(address);
  if (!bytes.empty()) {
    return add_name(names, GEN_IPADD, string_of(V_ASN1_OCTET_STRING, bytes.data(), bytes.size()));
  }
  return add_name(names, GEN_DNS, string_of(V_ASN1_IA5STRING, address.data(), address.size()));
}

bool set_alternative_names(X509& certificate, const LeafOptions& options) {
  const Owned<GENERAL_NAMES> names(GENERAL_NAMES_new());
  if (names == nullptr) return false;
  const std::string uri = uri_of(options.role, options.name);
  bool is_set = add_name(*names, GEN_URI, string_of(V_ASN1_IA5STRING, uri.data(), uri.size()));
  for (const std::string& address : options.addresses) {
    is_set = is_set && add_address(*names, address);
  }
  return is_set && X509_add1_ext_i2d(&certificate, NID_subject_alt_name, names.get(), 0,
                                     X509V3_ADD_DEFAULT) == 1;
}

// A new key and a certificate for it, not signed yet.
Result<Pair> begin(const Validity& validity) {
  Pair pair{.certificate = Owned<X509>(X509_new()), .key = Owned<EVP_PKEY>(EVP_EC_gen("P-256"))};
  const bool is_begun =
      pair.certificate != nullptr && pair.key != nullptr &&
      X509_set_version(pair.certificate.get(), X509_VERSION_3) == 1 &&
      set_random_serial(*pair.certificate) &&
      ASN1_TIME_set(X509_getm_notBefore(pair.certificate.get()), whole(validity.from)) != nullptr &&
      ASN1_TIME_set(X509_getm_notAfter(pair.certificate.get()), whole(validity.until)) != nullptr &&
      X509_set_pubkey(pair.certificate.get(), pair.key.get()) == 1;
  if (!is_begun) return failed("make a key");
  return pair;
}

bool add_serial(X509_CRL& list, const std::string& serial, const ASN1_TIME& now) {
  BIGNUM* digits = nullptr;
  BN_hex2bn(&digits, serial.c_str());
  const Owned<BIGNUM> number(digits);
  if (number == nullptr) return false;
  const Owned<ASN1_INTEGER> integer(BN_to_ASN1_INTEGER(number.get(), nullptr));
  Owned<X509_REVOKED> entry(X509_REVOKED_new());
  if (integer == nullptr || entry == nullptr ||
      X509_REVOKED_set_serialNumber(entry.get(), integer.get()) != 1 ||
      X509_REVOKED_set_revocationDate(entry.get(), const_cast<ASN1_TIME*>(&now)) != 1 ||
      X509_CRL_add0_revoked(&list, entry.get()) != 1) {
    return false;
  }
  (void)entry.release();  // the list's
  return true;
}

bool add_all_of(X509_CRL& list, const X509_CRL& before) {
  const STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(const_cast<X509_CRL*>(&before));
  for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
    Owned<X509_REVOKED> entry(X509_REVOKED_dup(sk_X509_REVOKED_value(entries, i)));
    if (entry == nullptr || X509_CRL_add0_revoked(&list, entry.get()) != 1) return false;
    (void)entry.release();
  }
  return true;
}

// One more than the list before.
bool set_number(X509_CRL& list, const X509_CRL* before) {
  long number = 1;
  if (before != nullptr) {
    const Owned<ASN1_INTEGER> last(
        static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(before, NID_crl_number, nullptr, nullptr)));
    if (last != nullptr) number = ASN1_INTEGER_get(last.get()) + 1;
  }
  const Owned<ASN1_INTEGER> integer(ASN1_INTEGER_new());
  return integer != nullptr && ASN1_INTEGER_set(integer.get(), number) == 1 &&
         X509_CRL_add1_ext_i2d(&list, NID_crl_number, integer.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

bool set_authority(X509_CRL& list, const X509& authority) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, const_cast<X509*>(&authority), nullptr, nullptr, &list, 0);
  const Owned<X509_EXTENSION> extension(
      X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"));
  return extension != nullptr && X509_CRL_add_ext(&list, extension.get(), -1) == 1;
}

// Everything that `write` prints into a writer.
template <class Write>
std::string written(Write write) {
  const Owned<BIO> writer(BIO_new(BIO_s_mem()));
  CHOKEPOINT_ASSERT(writer != nullptr && write(writer.get()) == 1, "there is memory for PEM");
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(writer.get(), &bytes);
  return {bytes, static_cast<std::size_t>(length)};
}

}  // namespace

Result<Pair> make_authority(const Validity& validity) {
  Result<Pair> pair = begin(validity);
  if (!pair) return pair.error();
  X509& certificate = *pair->certificate;
  constexpr std::size_t kEnough = 8;
  const std::string own = serial_text(X509_get0_serialNumber(&certificate)).substr(0, kEnough);
  X509_NAME* subject = X509_get_subject_name(&certificate);
  const bool is_made = set_common_name(subject, "chokepoint certificate authority " + own) &&
                       X509_set_issuer_name(&certificate, subject) == 1 &&
                       extend(certificate, certificate,
                              {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                               {NID_key_usage, "critical,keyCertSign,cRLSign"},
                               {NID_subject_key_identifier, "hash"}}) &&
                       X509_sign(&certificate, pair->key.get(), EVP_sha256()) > 0;
  if (!is_made) return failed("make a certificate authority");
  return pair;
}

Result<Pair> make_leaf(const Pair& authority, const LeafOptions& options) {
  Result<Pair> pair = begin(options.validity);
  if (!pair) return pair.error();
  X509& certificate = *pair->certificate;
  const char* usage = options.role == Role::controller ? "clientAuth,serverAuth" : "clientAuth";
  const bool is_made =
      set_common_name(X509_get_subject_name(&certificate), options.name) &&
      X509_set_issuer_name(&certificate, X509_get_subject_name(authority.certificate.get())) == 1 &&
      extend(certificate, *authority.certificate,
             {{NID_basic_constraints, "critical,CA:FALSE"},
              {NID_key_usage, "critical,digitalSignature"},
              {NID_ext_key_usage, usage},
              {NID_subject_key_identifier, "hash"},
              {NID_authority_key_identifier, "keyid:always"}}) &&
      set_alternative_names(certificate, options) &&
      X509_sign(&certificate, authority.key.get(), EVP_sha256()) > 0;
  if (!is_made) return failed("make a certificate");
  return pair;
}

Result<Owned<X509_CRL>> make_list(const Pair& authority, const X509_CRL* before,
                                  const std::vector<std::string>& serials, double now) {
  Owned<X509_CRL> list(X509_CRL_new());
  const Owned<ASN1_TIME> made(ASN1_TIME_set(nullptr, whole(now)));
  constexpr long kVersionTwo = 1;
  bool is_made =
      list != nullptr && made != nullptr && X509_CRL_set_version(list.get(), kVersionTwo) == 1 &&
      X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(authority.certificate.get())) ==
          1 &&
      X509_CRL_set1_lastUpdate(list.get(), made.get()) == 1 &&
      X509_CRL_set1_nextUpdate(list.get(), X509_get0_notAfter(authority.certificate.get())) == 1 &&
      (before == nullptr || add_all_of(*list, *before));
  for (const std::string& serial : serials) is_made = is_made && add_serial(*list, serial, *made);
  is_made = is_made && set_authority(*list, *authority.certificate) && set_number(*list, before) &&
            X509_CRL_sort(list.get()) == 1 &&
            X509_CRL_sign(list.get(), authority.key.get(), EVP_sha256()) > 0;
  if (!is_made) return failed("make a list of revoked certificates");
  return list;
}

std::vector<std::string> serials_in(X509_CRL& list) {
  const STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(&list);
  std::vector<std::string> serials;
  for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
    serials.push_back(
        serial_text(X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(entries, i))));
  }
  return serials;
}

std::string pem_of(X509& certificate) {
  return written([&](BIO* writer) { return PEM_write_bio_X509(writer, &certificate); });
}

std::string pem_of(X509_CRL& list) {
  return written([&](BIO* writer) { return PEM_write_bio_X509_CRL(writer, &list); });
}

std::string pem_of(const EVP_PKEY& key) {
  return written([&](BIO* writer) {
    return PEM_write_bio_PKCS8PrivateKey(writer, &key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

Result<Owned<EVP_PKEY>> key_in(const std::string& text) {
  const ErrorsCleared errors;
  const auto no_password = [](char*, int, int, void*) { return -1; };
  Owned<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(reader_of(text).get(), nullptr, no_password, nullptr));
  if (key == nullptr) return Error{.message = "holds no private key in PEM that is not encrypted"};
  return key;
}

}  // namespace chokepoint::controller::pki
