#pragma once
// What may fail as a whole in a scenario, and the scenario in which some of it does.

#include <vector>

#include "chokepoint/v1/scenario.pb.h"
#include "chokepoint/v1/search.pb.h"

namespace chokepoint::sim {

// Every fault of the scenario that begins at a time; every place, of places that hold the same ones
// the innermost; every component that stands somewhere; every control plane. Faults that begin when
// something becomes true are no suspects: they are defects of the design, and stay in it.
std::vector<v1::Suspect> suspects_of(const v1::Scenario& scenario);

// Whether one cannot fail without the other: a place within a place.
bool is_part_of(const v1::Suspect& inner, const v1::Suspect& outer);

// The scenario with these failing and no other fault that begins at a time: its own faults as they
// are written, everything else at `at` seconds and for good. Expects nothing.
v1::Scenario failing(const v1::Scenario& scenario, const std::vector<v1::Suspect>& suspects,
                     double at);

}  // namespace chokepoint::sim
