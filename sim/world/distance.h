#pragma once
// How far those who call and what they call stand from each other, for the traffic engine.

#include <vector>

#include "sim/platform/kernel.h"
#include "sim/traffic/model.h"
#include "sim/world/places.h"

namespace chokepoint::sim {

// Every one of `from` calls each one of `to` as often; both may hold kOutside. Only what faults add
// counts: nothing is returned while that is nothing, or nobody stands on one side.
std::vector<traffic::Way> ways_between(const Places& places, const std::vector<RackId>& from,
                                       const std::vector<RackId>& to);

}  // namespace chokepoint::sim
