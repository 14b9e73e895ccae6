#pragma once
// Whether a certificate that was shown is to be believed, and whose it is. Knows nothing of
// connections: whoever accepts them has proof that the caller holds the key of the certificate, and
// asks here, for each call, who the caller is.

#include <memory>
#include <mutex>
#include <string>

#include "controller/identity/identity.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller {

class Verifier {
 public:
  // `authority_path`: one or more certificate authorities in PEM; each is believed, also one that
  // is itself signed by another. Read once. `revoked_path`: lists of revoked certificates in PEM,
  // or empty when none is kept. Errors: not_found, unavailable (cannot be read), invalid_input (no
  // PEM, damaged, a certificate that is no authority's).
  static Result<std::unique_ptr<Verifier>> open(const std::string& authority_path,
                                                const std::string& revoked_path);
  ~Verifier();
  Verifier(const Verifier&) = delete;
  Verifier& operator=(const Verifier&) = delete;

  // `chain_pem` is what the caller showed, the caller's own certificate first: the one that the
  // connection proved, or else anybody could be named. More of them, in any order and repeated or
  // not, may lead to an authority. Empty when nothing was shown. (Of gRPC's properties of a
  // connection: x509_pem_cert, and x509_pem_cert_chain behind it, which lacks the caller's own.)
  //
  // Errors, each saying what is wrong with the certificate and what to do: denied (nothing shown,
  // no certificate, of an authority that we do not believe, expired, not valid yet, revoked, not
  // for clients, too weak, no role, several, an unknown one, a bad name); unavailable when a list
  // of revoked certificates is kept but cannot be read, is none, or says nothing about the
  // certificate's authority: nobody is believed then.
  //
  // The list is read again when the file has changed. How old it is does not matter: a list whose
  // next update is overdue, or that was made by a clock ahead of ours, holds as it stands. Only the
  // caller's own certificate is looked up in it.
  //
  // From any thread; a call takes less than a millisecond unless the list has changed.
  Result<Identity> identify(const std::string& chain_pem, double now_seconds_since_1970) const;

 private:
  struct Authorities;
  struct Believed;

  Verifier(std::unique_ptr<const Authorities> authorities, std::string revoked_path);
  // What stands in the files now.
  Result<std::shared_ptr<const Believed>> current() const;

  const std::unique_ptr<const Authorities> authorities_;
  const std::string revoked_path_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Believed> believed_;  // null: has to be read
};

}  // namespace chokepoint::controller
