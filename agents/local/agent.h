#pragma once
// An agent on its own, without a controller: injects a fault, keeps it alive, takes it back, and
// proves both. Thread rule: one thread.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents/faults/driver.h"
#include "agents/journal/journal.h"
#include "agents/local/guardian.h"
#include "chokepoint/v1/agent.pb.h"

namespace chokepoint::agents {

// One fault that is in place. Dying without revert() leaves it to its guardian.
struct Injected {
  std::string id;
  v1::Undo undo;
  std::unique_ptr<Driver> driver;
  std::optional<Guardian> guardian;
};

class Agent {
 public:
  // Without `guardian` faults end only by their own means and by the journal; for tests. Errors:
  // those of the journal.
  static Result<Agent> open(v1::AgentConfig config, std::optional<GuardianOptions> guardian);

  const v1::AgentConfig& config() const { return *config_; }

  // A name for a fault to come.
  static std::string new_id();

  // What inject() would do; changes nothing. Errors: denied for a target that is not allowed or a
  // duration above `longest`; not_found; conflict with another fault, or with the state that the
  // target is in.
  Result<Prepared> plan(const v1::PrimitiveFault& fault, const std::string& id);

  // Returns once a witness has seen the fault. On error nothing of it is left, unless the code is
  // not_reverted; then the guardian and the journal go on trying. `fault` must outlive what is
  // returned.
  Result<Injected> inject(const v1::PrimitiveFault& fault, const std::string& id = new_id());

  // To be called at least every third of a lease. Errors: not_found when somebody else has reverted
  // it, unavailable; then revert().
  Status renew(Injected& injected);

  // Takes the step that is due of a fault that goes on in steps. Gives the seconds until the next
  // call; infinity when there are no more. Errors: as for renew().
  Result<double> advance(Injected& injected);

  // Takes a fault back, whoever injected it; no error when it is over already. Errors:
  // not_reverted.
  Status revert(const std::string& id);
  Status revert(Injected& injected);

  // What is prepared or injected and not known to be reverted. Errors: those of the journal.
  Result<std::vector<v1::JournalEntry>> open_faults() const;

  // The same, and what a witness sees of it now.
  struct Standing {
    v1::JournalEntry entry;
    Seen seen = Seen::unknown;
  };
  Result<std::vector<Standing>> standing() const;

  // Reverts all of it, as far as possible; the first error, if there is one. Errors: not_reverted.
  Status revert_all();

 private:
  Agent(std::unique_ptr<v1::AgentConfig> config, Journal journal,
        std::optional<GuardianOptions> guardian)
      : config_(std::move(config)), journal_(std::move(journal)), guardian_(std::move(guardian)) {}

  Result<Prepared> prepare(const v1::PrimitiveFault& fault, Driver& driver, const std::string& id);
  Status write(const std::string& id, v1::JournalStep step);
  Status take_back(const v1::JournalEntry& entry);
  Error give_up(const v1::JournalEntry& entry, const Error& why);

  std::unique_ptr<v1::AgentConfig> config_;  // drivers refer to it
  Journal journal_;
  std::optional<GuardianOptions> guardian_;
};

}  // namespace chokepoint::agents
