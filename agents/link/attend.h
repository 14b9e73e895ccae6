#pragma once
// An agent in a controller's service: dials, carries out orders, dials again.

#include "agents/local/agent.h"

namespace chokepoint::agents {

// Goes on until the descriptor `stop` can be read from; then everything that this agent holds is
// reverted. Errors: at the start those of credentials_of and of reverting what
// an earlier life left behind; at the end not_reverted.
Status attend(Agent& agent, const GuardianOptions& options, const std::string& version, int stop);

}  // namespace chokepoint::agents
