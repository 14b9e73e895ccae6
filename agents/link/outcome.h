#pragma once
// Errors and sights, as they go over the wire.

#include "agents/faults/driver.h"
#include "chokepoint/v1/agent_link.pb.h"
#include "chokepoint/v1/primitive_fault.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::agents {

v1::OrderOutcome outcome_of(const Error& error);
v1::OrderOutcome done();
// The fault that an order carries. Errors: invalid_input, all mistakes in one message.
Result<v1::PrimitiveFault> fault_in(const std::string& text);
v1::Sight sight_of(Seen seen);

}  // namespace chokepoint::agents
