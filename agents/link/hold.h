#pragma once
// The process that holds one fault on a controller's behalf. Whatever becomes of the agent that
// speaks to the controller, this one reverts when it hears nothing any more, and its guardian when
// it dies.

#include <string>

#include "agents/local/agent.h"

namespace chokepoint::agents {

// Reads the fault from standard input, injects it, and then reads single bytes: 'r' keeps it for
// another lease, anything else and the end revert it, and so does hearing nothing for a lease. To
// standard output go two outcomes: of the injection, and of the end (DONE when it was told or its
// time was over, ENDED when nobody renewed it or somebody else reverted it).
void hold(Agent& agent, const std::string& id);

}  // namespace chokepoint::agents
