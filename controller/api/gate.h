#pragma once
// Who calls, whether they may, and that it is written down: every call comes through here first.
// Thread rule: any thread.

#include <grpcpp/server_context.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "controller/identity/identity.h"
#include "controller/identity/verifier.h"
#include "controller/store/store.h"

namespace chokepoint::controller {

inline constexpr int kMostRefusals = 300;  // a minute that are written down one by one

class Gate {
 public:
  // Without a verifier everybody may everything: for the loopback interface only.
  Gate(Store& store, std::unique_ptr<Verifier> verifier)
      : store_(store), verifier_(std::move(verifier)) {}

  struct Admission {
    grpc::Status status;
    Identity who;  // when the status is OK
  };
  // Writes down what comes of it, in an entry of its own; but of refusals beyond kMostRefusals in a
  // minute only how many there were, so that nobody can fill the disk by being refused.
  // UNAUTHENTICATED for a certificate that we do not believe,
  // PERMISSION_DENIED for a role that may not, UNAVAILABLE when it cannot be written down, unless
  // it must go on `regardless`: taking faults back never waits for a disk.
  Admission admit(const grpc::ServerContextBase& context, const std::string& call,
                  const std::set<Role>& roles, const std::string& detail, bool regardless = false);
  // The same of many calls, which are written down at once: a disk takes some milliseconds each
  // time, and a thousand agents may come back in the same moment. A call is judged as soon as it is
  // given, and let in when all of them are written down.
  struct Judged {
    Admission admission;
    AuditEntry entry;
  };
  Judged judge(const grpc::ServerContextBase& context, const std::string& call,
               const std::set<Role>& roles, const std::string& detail) const;
  void write(std::vector<Judged>& all, bool regardless = false);

  // A call that had been let in was refused all the same. Counts as a refusal, as above.
  void refuse(const grpc::ServerContextBase& context, const Identity& who, const std::string& call,
              const std::string& why);

  // Whether a caller of an earlier call is still to be believed. Errors: those of Verifier.
  Result<Identity> identify(const grpc::ServerContextBase& context) const;

  // The agent that `who` is: by its certificate, or, where there are none, by its word. Errors:
  // denied for another agent's name.
  Status is_agent(const Identity& who, const std::string& said) const;

  std::uint64_t refused() const { return refused_; }

 private:
  // False when there is to be no entry.
  bool count(AuditEntry& entry);

  Store& store_;
  std::unique_ptr<Verifier> verifier_;
  std::atomic<std::uint64_t> refused_ = 0;

  std::mutex mutex_;
  std::chrono::steady_clock::time_point minute_ = std::chrono::steady_clock::now();
  int refusals_ = 0;             // in the minute that began then
  std::uint64_t unwritten_ = 0;  // refusals since the last entry that told of them
};

}  // namespace chokepoint::controller
