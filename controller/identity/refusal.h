#pragma once
// Why OpenSSL does not believe a certificate, in words that say what to do.

#include "controller/identity/x509.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller {

// Of a verification that has failed. denied, except that it is unavailable when the fault is with
// the list of revoked certificates and not with the caller's.
Error refusal_of(X509_STORE_CTX* verification);

}  // namespace chokepoint::controller
