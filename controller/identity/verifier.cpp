#include "controller/identity/verifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <compare>
#include <limits>
#include <utility>
#include <vector>

#include "controller/identity/file_stamp.h"
#include "controller/identity/refusal.h"
#include "controller/identity/x509.h"
#include "scenarios/base/assert.h"
#include "scenarios/loader/text_file.h"

namespace chokepoint::controller {
namespace {

constexpr std::size_t kMostCertificates = 10;  // certificates of one caller
constexpr int kMostBetween = 5;  // authorities between a caller's and one that we believe
// As strict as OpenSSL is with TLS on Debian: no SHA-1, no RSA below 2048 bits.
constexpr int kSecurityLevel = 2;

Error about(const char* what, const std::string& path, const Error& error) {
  return {
      .code = error.code,
      .message = fmt::format("{} '{}' {}", what, path,
                             error.message == "no such file" ? "does not exist" : error.message)};
}

// A list holds as it stands, however old it is; see verifier.h.
int on_finding(int is_fine, X509_STORE_CTX* verification) {
  if (is_fine == 1) return 1;
  const int error = X509_STORE_CTX_get_error(verification);
  if (error != X509_V_ERR_CRL_HAS_EXPIRED && error != X509_V_ERR_CRL_NOT_YET_VALID) return 0;
  X509_STORE_CTX_set_error(verification, X509_V_OK);
  return 1;
}

std::vector<std::string> uris_of(const X509* certificate) {
  const Owned<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> uris;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* text = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                      static_cast<std::size_t>(ASN1_STRING_length(text)));
  }
  return uris;
}

// The first instant at which some certificate of the chain is no longer valid.
double end_of(X509_STORE_CTX* verification) {
  const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(verification);
  double end = std::numeric_limits<double>::infinity();
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    end = std::min(end, seconds_of(X509_get0_notAfter(sk_X509_value(chain, i))));
  }
  return end;
}

// Borrows the certificates.
struct FreeStack {
  void operator()(STACK_OF(X509) * one) const { sk_X509_free(one); }
};
using Stack = std::unique_ptr<STACK_OF(X509), FreeStack>;

}  // namespace

struct Verifier::Authorities {
  std::vector<Owned<X509>> certificates;
};

struct Verifier::Believed {
  Owned<X509_STORE> store;
  FileStamp stamp;  // of the list in it
};

Verifier::Verifier(std::unique_ptr<const Authorities> authorities, std::string revoked_path)
    : authorities_(std::move(authorities)), revoked_path_(std::move(revoked_path)) {}

Verifier::~Verifier() = default;

Result<std::unique_ptr<Verifier>> Verifier::open(const std::string& authority_path,
                                                 const std::string& revoked_path) {
  constexpr const char* kWhat = "the file of certificate authorities";
  const Result<std::string> text = read_text_file(authority_path);
  if (!text) return about(kWhat, authority_path, text.error());
  Result<std::vector<Owned<X509>>> certificates = certificates_in(*text);
  if (!certificates) return about(kWhat, authority_path, certificates.error());
  for (const Owned<X509>& certificate : *certificates) {
    if (X509_check_ca(certificate.get()) == 0) {
      return about(kWhat, authority_path,
                   {.message = fmt::format("holds '{}', which is no authority",
                                           name_text(X509_get_subject_name(certificate.get())))});
    }
  }
  auto authorities = std::make_unique<Authorities>();
  authorities->certificates = *std::move(certificates);
  std::unique_ptr<Verifier> verifier(new Verifier(std::move(authorities), revoked_path));
  if (const auto believed = verifier->current(); !believed) return believed.error();
  return verifier;
}

Result<std::shared_ptr<const Verifier::Believed>> Verifier::current() const {
  const std::lock_guard lock(mutex_);
  // Looked at before it is read: what is written meanwhile is seen the next time.
  const auto stamp = revoked_path_.empty() ? FileStamp{} : FileStamp::of(revoked_path_);
  const bool is_there = revoked_path_.empty() || stamp.size >= 0;
  if (believed_ != nullptr && is_there && believed_->stamp == stamp) return believed_;
  believed_ = nullptr;

  const ErrorsCleared errors;
  auto believed = std::make_shared<Believed>();
  believed->store.reset(X509_STORE_new());
  believed->stamp = stamp;
  X509_STORE* store = believed->store.get();
  CHOKEPOINT_ASSERT(store != nullptr, "there is memory for a store");
  for (const Owned<X509>& certificate : authorities_->certificates) {
    CHOKEPOINT_ASSERT(X509_STORE_add_cert(store, certificate.get()) == 1, "there is memory");
  }
  unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN;
  if (!revoked_path_.empty()) {
    constexpr const char* kWhat = "the list of revoked certificates";
    const Result<std::string> text = read_text_file(revoked_path_);
    if (!text) return about(kWhat, revoked_path_, text.error());
    const Result<std::vector<Owned<X509_CRL>>> lists = revocation_lists_in(*text);
    if (!lists) return about(kWhat, revoked_path_, lists.error());
    for (const Owned<X509_CRL>& list : *lists) {
      CHOKEPOINT_ASSERT(X509_STORE_add_crl(store, list.get()) == 1, "there is memory");
    }
    flags |= X509_V_FLAG_CRL_CHECK;
  }
  X509_VERIFY_PARAM* rules = X509_STORE_get0_param(store);
  X509_VERIFY_PARAM_set_flags(rules, flags);
  X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_CLIENT);
  X509_VERIFY_PARAM_set_depth(rules, kMostBetween);
  X509_VERIFY_PARAM_set_auth_level(rules, kSecurityLevel);
  X509_STORE_set_verify_cb(store, &on_finding);
  believed_ = std::move(believed);
  return believed_;
}

Result<Identity> Verifier::identify(const std::string& chain_pem, double now) const {
  const ErrorsCleared errors;
  if (chain_pem.empty()) {
    return Error{.code = Code::denied,
                 .message = "no certificate was shown",
                 .hint =
                     "name a certificate and its key beside the controller's address; chokepoint "
                     "pki issue makes them"};
  }
  const Result<std::vector<Owned<X509>>> shown = certificates_in(chain_pem);
  if (!shown || shown->size() > kMostCertificates) {
    return Error{
        .code = Code::denied,
        .message = fmt::format("what was shown {}",
                               shown ? "are too many certificates" : shown.error().message),
        .hint = fmt::format("show one certificate and at most {} that lead to an authority",
                            kMostCertificates - 1)};
  }
  Result<std::shared_ptr<const Believed>> believed = current();
  if (!believed) {
    Error error = believed.error();
    error.code = Code::unavailable;
    error.hint = "nobody is believed until the controller can read it";
    return error;
  }

  const Stack others(sk_X509_new_null());
  for (const Owned<X509>& certificate : *shown) sk_X509_push(others.get(), certificate.get());
  X509* caller = shown->front().get();
  const Owned<X509_STORE_CTX> verification(X509_STORE_CTX_new());
  const bool is_ready =
      verification != nullptr && others != nullptr &&
      X509_STORE_CTX_init(verification.get(), (*believed)->store.get(), caller, others.get()) == 1;
  CHOKEPOINT_ASSERT(is_ready, "there is memory for a verification");
  X509_STORE_CTX_set_time(verification.get(), 0, static_cast<time_t>(std::floor(now)));
  if (X509_verify_cert(verification.get()) != 1) return refusal_of(verification.get());

  const Result<Claim> claim = claim_of(uris_of(caller));
  if (!claim) return claim.error();
  return Identity{
      .role = claim->role, .name = claim->name, .expires_at = end_of(verification.get())};
}

}  // namespace chokepoint::controller
