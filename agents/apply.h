#pragma once
// Faults as a person at this host applies them: planned, injected one after the other, held, and
// taken back the last one first. Says on standard output what it does.

#include <string>
#include <vector>

#include "agents/local/agent.h"
#include "agents/system/descriptor.h"
#include "scenarios/base/exit.h"
#include "scenarios/loader/load.h"

namespace chokepoint::agents {

// Nothing is touched unless all of them could be. Each waits for its `after`, and lasts for its
// `duration`; a signal (SIGINT, SIGTERM, SIGHUP) ends them all. Exit: held, or as the first error
// says; interrupted and aborted for signals.
Exit apply(Agent& agent, const std::vector<v1::PrimitiveFault>& faults, bool is_dry_run);

// Blocks the signals that end a fault, so that they are taken where we wait for them.
void block_ending_signals();
// Can be read from once such a signal has come, if they are blocked. Errors: unavailable.
Result<Descriptor> ending_signal();
// Such a signal, if one comes within so many seconds; otherwise 0.
int wait_for_ending_signal(double seconds);

// Says what is wrong on standard error.
Exit report(const Error& error);
Exit report(const Errors& errors);

}  // namespace chokepoint::agents
