#pragma once
// The name of a scenario's content: scenarios with equal digests are predicted alike.

#include <string>

#include "chokepoint/v1/scenario.pb.h"

namespace chokepoint {

// 16 hex digits: FNV-1a (64 bit) over the message's deterministic serialisation, variants left out.
std::string digest_of(const v1::Scenario& scenario);

}  // namespace chokepoint
