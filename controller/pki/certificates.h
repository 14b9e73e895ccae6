#pragma once
// Making keys, certificates and lists of revoked certificates, in memory. P-256 and SHA-256
// throughout. Errors of this file are unavailable: OpenSSL could not, and said why.

#include <string>
#include <vector>

#include "controller/identity/identity.h"
#include "controller/identity/x509.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller::pki {

// A certificate and the key to it.
struct Pair {
  Owned<X509> certificate;
  Owned<EVP_PKEY> key;
};

struct Validity {
  double from = 0;   // seconds since 1970
  double until = 0;  //
};

struct LeafOptions {
  Role role = Role::observer;
  std::string name = {};
  std::vector<std::string> addresses = {};  // IP addresses and names of hosts
  Validity validity = {};
};

// A certificate authority, signed by itself, with a subject that no other has. It signs leaves and
// lists, and no further authority.
Result<Pair> make_authority(const Validity& validity);

// Good for clients, and for servers too if it is a controller's.
Result<Pair> make_leaf(const Pair& authority, const LeafOptions& options);

// Lists everything in `before` (which may be null) and the serial numbers in hexadecimal. What is
// listed again stands in it twice.
Result<Owned<X509_CRL>> make_list(const Pair& authority, const X509_CRL* before,
                                  const std::vector<std::string>& serials, double now);

// Serial numbers of a list, in hexadecimal.
std::vector<std::string> serials_in(X509_CRL& list);

// In PEM.
std::string pem_of(X509& certificate);
std::string pem_of(X509_CRL& list);
std::string pem_of(const EVP_PKEY& key);  // PKCS#8, not encrypted

// The first private key of a text in PEM. Error (invalid_input): none, or an encrypted one; nobody
// is asked for its password.
Result<Owned<EVP_PKEY>> key_in(const std::string& text);

}  // namespace chokepoint::controller::pki
