#pragma once
// The numbers about the whole run. What each means stands in scenarios/base/measures.h.

#include <string>

#include "chokepoint/v1/record.pb.h"

namespace chokepoint::sim {

class Tally;
class World;

// Adds every measure that has a meaning in this run, grouped by scope, then subject. The intervals
// must be closed and the tally be up to date.
void add_measures(World& world, const Tally& tally, v1::RunRecord& record);

}  // namespace chokepoint::sim
