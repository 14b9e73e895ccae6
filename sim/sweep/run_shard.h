#pragma once
// Does one shard of a sweep: a pure function of the sweep, its scenario and the shard's number,
// whatever machine does it and with how many workers.

#include <cstdint>
#include <functional>
#include <string>

#include "chokepoint/v1/sweep.pb.h"
#include "scenarios/loader/load.h"

namespace chokepoint::sim {

// The share at which a run's drawn value stands, from the stream of this name: equal in all points
// of one seed, and whatever else is drawn.
double drawn_share(std::uint64_t seed, const std::string& name);

struct ShardOptions {
  unsigned workers = 1;
  std::string version = {};
  // After each run, with how many of the shard are done. May be empty.
  std::function<void(std::uint64_t)> progress = {};
};

// `sweep` and `digest` come from load_sweep, `file` holds its scenario; `shard` is below
// count_shards. A run that has no result says why, and the others go on. Not thread-safe.
v1::SweepShard run_shard(const v1::Sweep& sweep, const std::string& digest, ScenarioFile& file,
                         std::uint64_t shard, const ShardOptions& options);

}  // namespace chokepoint::sim
