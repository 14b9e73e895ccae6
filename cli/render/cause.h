#pragma once
// Why something is in the state that it is in.

#include <string>

#include "chokepoint/v1/record.pb.h"

namespace chokepoint::cli {

// The cause of a state that began at `at_s`, with what is known about it: the last event of that
// subject until then, as "matching-engine: leader lost, 2 of 5 members on, no majority". Of several
// at one instant, one that says more than the name of a state. The cause alone when it is a fault
// or there is no such event, nothing when there is no cause.
std::string because(const v1::RunRecord& record, const std::string& cause, double at_s);

}  // namespace chokepoint::cli
