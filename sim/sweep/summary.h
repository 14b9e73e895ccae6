#pragma once
// What shards of a sweep say, as far as they are there.

#include <vector>

#include "chokepoint/v1/sweep.pb.h"

namespace chokepoint::sim {

// `sweep` comes from load_sweep; the shards are of it, each there once, in any order. Points are
// held against the one of the first design with the same values; where there is one design only,
// against the first point.
v1::SweepReport summary_of(const v1::Sweep& sweep, const std::vector<v1::SweepShard>& shards);

}  // namespace chokepoint::sim
