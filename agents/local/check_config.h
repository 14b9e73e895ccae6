#pragma once
// What the schema cannot say about an agent's configuration.

#include "chokepoint/v1/agent.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::agents {

// Paths are absolute (the guardian works in another folder), names of interfaces are such, networks
// can be read, and who is told to read a file again is among the processes. Errors: invalid_input,
// the first mistake.
Status check_config(const v1::AgentConfig& config);

}  // namespace chokepoint::agents
