#include "controller/identity/refusal.h"

#include <fmt/format.h>

namespace chokepoint::controller {
namespace {

constexpr const char* kRenew = "ask for another: chokepoint pki issue ROLE NAME --renew";

// "the certificate of 'CN=maria'", or of the authority above it that is at fault.
std::string described(const X509* certificate, bool is_callers) {
  const std::string subject =
      certificate == nullptr ? "" : name_text(X509_get_subject_name(certificate));
  if (is_callers) {
    return subject.empty() ? "the certificate" : fmt::format("the certificate of '{}'", subject);
  }
  return fmt::format("the certificate authority '{}'", subject);
}

Error denied(std::string message, std::string hint) {
  return {.code = Code::denied, .message = std::move(message), .hint = std::move(hint)};
}

Error list_at_fault(std::string message) {
  return {.code = Code::unavailable,
          .message = std::move(message),
          .hint =
              "nobody is believed until the controller's file 'revoked' holds a list of every "
              "authority that it believes"};
}

}  // namespace

Error refusal_of(X509_STORE_CTX* verification) {
  const int error = X509_STORE_CTX_get_error(verification);
  const X509* certificate = X509_STORE_CTX_get_current_cert(verification);
  const bool is_callers = X509_STORE_CTX_get_error_depth(verification) == 0;
  const std::string who = described(certificate, is_callers);
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return denied(
          fmt::format("{} expired on {}", who, instant_text(X509_get0_notAfter(certificate))),
          is_callers ? kRenew : "make a new certificate authority, and new certificates with it");
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return denied(fmt::format("{} is not valid before {}", who,
                                instant_text(X509_get0_notBefore(certificate))),
                    "compare the clocks of this controller and of where it was made");
    case X509_V_ERR_CERT_REVOKED:
      return denied(who + " was revoked", kRenew);
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_INVALID_CA:
      return denied(who + " is of an authority that we do not believe",
                    "the controller believes those in its file 'authority' only");
    case X509_V_ERR_INVALID_PURPOSE:
      return denied(who + " is not for clients",
                    "its extended key usage has to name clientAuth, or nothing");
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return denied(who + " is too weak",
                    "use SHA-256, and P-256 or RSA with 2048 bits or more, for it");
    case X509_V_ERR_UNABLE_TO_GET_CRL:
      return list_at_fault("no list of revoked certificates says anything about the authority of " +
                           who);
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
    case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
    case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
    case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
    case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
    case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
      return list_at_fault(fmt::format("the list of revoked certificates cannot be used: {}",
                                       X509_verify_cert_error_string(error)));
    default:
      return denied(fmt::format("{} is not valid: {}", who, X509_verify_cert_error_string(error)),
                    "see `openssl verify`");
  }
}

}  // namespace chokepoint::controller
