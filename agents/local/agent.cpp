#include "agents/local/agent.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>

#include "agents/local/check_config.h"
#include "agents/system/step.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::agents {
namespace {

constexpr double kLockPatience = 5;  // seconds

bool is_open(const Journal::Open& open, const std::string& id) {
  return std::any_of(open.faults.begin(), open.faults.end(),
                     [&](const v1::JournalEntry& fault) { return fault.id() == id; });
}

}  // namespace

std::string Agent::new_id() {
  std::uint32_t number = 0;
  (void)!::getrandom(&number, sizeof number, 0);
  return fmt::format("{:08x}", number);
}

Result<Agent> Agent::open(v1::AgentConfig config, std::optional<GuardianOptions> guardian) {
  if (Status checked = check_config(config); !checked) return checked.error();
  Result<Journal> journal = Journal::open(config.state());
  if (!journal) return journal.error();
  return Agent(std::make_unique<v1::AgentConfig>(std::move(config)), *std::move(journal),
               std::move(guardian));
}

Result<Prepared> Agent::prepare(const v1::PrimitiveFault& fault, Driver& driver,
                                const std::string& id) {
  if (fault.duration() > config_->longest()) {
    return Error{.code = Code::denied,
                 .message = fmt::format("{} is longer than this agent lets any fault last, {}",
                                        format_quantity(fault.duration(), v1::UNIT_DURATION),
                                        format_quantity(config_->longest(), v1::UNIT_DURATION)),
                 .hint = "'longest' in its own configuration; nothing was touched"};
  }
  Result<Prepared> prepared = driver.prepare(id);
  if (!prepared) return prepared;
  const Result<Journal::Open> open = journal_.open_faults();
  if (!open) return open.error();
  if (open->is_damaged) {
    return Error{.code = Code::not_reverted,
                 .message = "the journal is damaged: older faults may be in place",
                 .hint = "'chokepoint-agent status' says what can be read"};
  }
  for (const v1::JournalEntry& other : open->faults) {
    if (other.object() != prepared->object) continue;
    return Error{.code = Code::conflict,
                 .message = fmt::format("fault {} is in place on {}", other.id(), other.object()),
                 .hint = "revert it first; two faults on one object could not be told apart"};
  }
  return prepared;
}

Result<Prepared> Agent::plan(const v1::PrimitiveFault& fault, const std::string& id) {
  const std::unique_ptr<Driver> driver = make_driver(*config_, fault);
  return prepare(fault, *driver, id);
}

Result<Injected> Agent::inject(const v1::PrimitiveFault& fault, const std::string& id) {
  Result<Journal::Lock> lock = journal_.lock(kLockPatience);
  if (!lock) return lock.error();
  Injected injected{.id = id, .undo = {}, .driver = make_driver(*config_, fault), .guardian = {}};
  Result<Prepared> prepared = prepare(fault, *injected.driver, injected.id);
  if (!prepared) return prepared.error();
  injected.undo = prepared->undo;

  v1::JournalEntry entry;
  entry.set_id(injected.id);
  entry.set_step(v1::JOURNAL_STEP_PREPARED);
  *entry.mutable_fault() = fault;
  *entry.mutable_undo() = prepared->undo;
  entry.set_object(prepared->object);
  if (Status written = journal_.append(entry); !written) return written.error();

  const double lease = config_->lease();
  if (guardian_) {
    Result<Guardian> guardian = Guardian::start(*guardian_, injected.id, lease);
    if (!guardian) return give_up(entry, guardian.error());
    injected.guardian.emplace(*std::move(guardian));
  }
  const auto dismissed = [&](const Error& why) {
    Error told = give_up(entry, why);
    if (told.code != Code::not_reverted && injected.guardian) injected.guardian->dismiss();
    return told;
  };
  if (Status made = injected.driver->inject(injected.undo, lease); !made)
    return dismissed(made.error());
  if (const Seen seen = look(injected.undo); seen != Seen::injected) {
    return dismissed({.code = Code::unavailable,
                      .message = fmt::format("no witness saw the fault on {}: {}", prepared->object,
                                             text_of(seen)),
                      .hint = "it was taken back"});
  }
  if (Status written = write(injected.id, v1::JOURNAL_STEP_INJECTED); !written) {
    return dismissed(written.error());
  }
  return injected;
}

// Takes back what a failed injection left, and says what remains.
Error Agent::give_up(const v1::JournalEntry& entry, const Error& why) {
  const Status back = take_back(entry);
  if (back) return why;
  return {.code = Code::not_reverted,
          .message = fmt::format("{}; and it could not be taken back: {}", why.message,
                                 back.error().message),
          .hint = back.error().hint};
}

Status Agent::renew(Injected& injected) {
  const Result<Journal::Open> open = journal_.open_faults();
  if (!open) return open.error();
  if (!is_open(*open, injected.id)) {
    return Error{.code = Code::not_found,
                 .message = fmt::format("fault {} was reverted by somebody else", injected.id)};
  }
  if (injected.guardian) {
    if (Status told = injected.guardian->renew(); !told) return told;
  }
  return injected.driver->renew(injected.undo, config_->lease());
}

Result<double> Agent::advance(Injected& injected) {
  return injected.driver->advance(injected.undo);
}

Status Agent::write(const std::string& id, v1::JournalStep step) {
  v1::JournalEntry entry;
  entry.set_id(id);
  entry.set_step(step);
  return journal_.append(entry);
}

Status Agent::take_back(const v1::JournalEntry& entry) {
  step("revert: begin");
  if (Status reverted = agents::revert(entry.undo()); !reverted) {
    return Error{.code = Code::not_reverted,
                 .message = fmt::format("{}: {}", entry.object(), reverted.error().message),
                 .hint = reverted.error().hint};
  }
  if (const Seen seen = look(entry.undo()); seen != Seen::baseline) {
    return Error{.code = Code::not_reverted,
                 .message = fmt::format("{} was reverted, and a witness sees: {}", entry.object(),
                                        text_of(seen)),
                 .hint = "look at it; 'chokepoint-agent revert' tries again"};
  }
  step("revert: seen");
  if (Status written = write(entry.id(), v1::JOURNAL_STEP_REVERTED); !written) return written;
  return journal_.tidy_up();
}

Status Agent::revert(const std::string& id) {
  // Whoever holds the lock may stand still for good; reverting twice does no harm.
  const Result<Journal::Lock> lock = journal_.lock(kLockPatience);
  const Result<Journal::Open> open = journal_.open_faults();
  if (!open) return open.error();
  for (const v1::JournalEntry& entry : open->faults) {
    if (entry.id() == id) return take_back(entry);
  }
  return Ok{};
}

Status Agent::revert(Injected& injected) {
  Status reverted = revert(injected.id);
  if (reverted && injected.guardian) injected.guardian->dismiss();
  return reverted;
}

Result<std::vector<v1::JournalEntry>> Agent::open_faults() const {
  Result<Journal::Open> open = journal_.open_faults();
  if (!open) return open.error();
  return std::move(open->faults);
}

Result<std::vector<Agent::Standing>> Agent::standing() const {
  const Result<std::vector<v1::JournalEntry>> open = open_faults();
  if (!open) return open.error();
  std::vector<Standing> standing;
  for (const v1::JournalEntry& entry : *open) {
    standing.push_back({.entry = entry, .seen = look(entry.undo())});
  }
  return standing;
}

// The last one first: it was injected on top of the others.
Status Agent::revert_all() {
  const Result<Journal::Lock> lock = journal_.lock(kLockPatience);
  const Result<Journal::Open> open = journal_.open_faults();
  if (!open) return open.error();
  Status all = Ok{};
  for (auto entry = open->faults.rbegin(); entry != open->faults.rend(); ++entry) {
    const Status reverted = take_back(*entry);
    if (!reverted && all) all = reverted;
  }
  if (all && open->is_damaged) {
    return Error{.code = Code::not_reverted,
                 .message = "the journal is damaged: what could be read was reverted",
                 .hint = "look for leftovers by hand, then remove the journal"};
  }
  return all;
}

}  // namespace chokepoint::agents
