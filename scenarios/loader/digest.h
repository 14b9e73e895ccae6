#pragma once
// The name of a scenario's or sweep's content: scenarios with equal digests are predicted alike.

#include <string>

#include "chokepoint/v1/scenario.pb.h"
#include "chokepoint/v1/sweep.pb.h"

namespace chokepoint {

// 16 hex digits: FNV-1a (64 bit) over the message's deterministic serialisation, variants left out.
std::string digest_of(const v1::Scenario& scenario);

// The same of a sweep, its scenario's text in place of the path to it.
std::string digest_of(const v1::Sweep& sweep, const std::string& scenario_text);

}  // namespace chokepoint
