#pragma once
// Certificates as others might make them.

#include <gtest/gtest.h>
#include <openssl/rsa.h>

#include <initializer_list>
#include <string>
#include <utility>

#include "controller/identity/x509.h"
#include "controller/pki/certificates.h"

namespace chokepoint::controller::testing {

inline constexpr double kNow = 1'800'000'000;  // 2027-01-15T08:00:00Z
inline constexpr double kDay = 86400;

inline pki::Pair authority() {
  Result<pki::Pair> made =
      pki::make_authority({.from = kNow - 2 * kDay, .until = kNow + 365 * kDay});
  EXPECT_TRUE(made);
  return *std::move(made);
}

inline pki::Pair leaf(const pki::Pair& authority, Role role = Role::agent,
                      const std::string& name = "zone-1-host-2") {
  Result<pki::Pair> made = pki::make_leaf(
      authority,
      {.role = role, .name = name, .validity = {.from = kNow - kDay, .until = kNow + 90 * kDay}});
  EXPECT_TRUE(made);
  return *std::move(made);
}

// As X509V3_EXT_conf_nid(3) spells it; an empty value takes the extension away.
struct Change {
  int kind;
  std::string value;
};

// The certificate with other extensions, signed again.
inline void change(pki::Pair& pair, const pki::Pair& authority,
                   std::initializer_list<Change> changes) {
  X509* certificate = pair.certificate.get();
  for (const Change& one : changes) {
    const int at = X509_get_ext_by_NID(certificate, one.kind, -1);
    if (at >= 0) X509_EXTENSION_free(X509_delete_ext(certificate, at));
    if (one.value.empty()) continue;
    const Owned<X509_EXTENSION> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, one.kind, one.value.c_str()));
    ASSERT_NE(extension, nullptr) << one.value;
    ASSERT_EQ(X509_add_ext(certificate, extension.get(), -1), 1);
  }
  ASSERT_GT(X509_sign(certificate, authority.key.get(), EVP_sha256()), 0);
}

inline std::string pem(const pki::Pair& pair) { return pki::pem_of(*pair.certificate); }

inline std::string serial(const pki::Pair& pair) {
  return serial_text(X509_get0_serialNumber(pair.certificate.get()));
}

inline Owned<X509_CRL> revocation_list(const pki::Pair& authority,
                                       const std::vector<std::string>& serials, double now = kNow) {
  Result<Owned<X509_CRL>> made = pki::make_list(authority, nullptr, serials, now);
  EXPECT_TRUE(made);
  return *std::move(made);
}

}  // namespace chokepoint::controller::testing
