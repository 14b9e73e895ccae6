#pragma once
// chokepoint sweep: many runs of one scenario, on one machine or on many, and what they say.

#include <cstdint>
#include <optional>
#include <string>

#include "cli/commands/run.h"
#include "cli/exit.h"
#include "cli/io.h"

namespace chokepoint::cli {

struct SweepArguments {
  std::string file = {};                    // of the sweep
  std::string folder = {};                  // of its results
  std::optional<std::uint64_t> shard = {};  // only this one, and no report
  unsigned workers = 0;                     // 0: as many as the machine has
  bool is_repeated = false;                 // does what is there again, and compares
  bool is_csv = false;                      // a line for each run
  Output output = Output::timeline;
};

// How much there is to do, and about how long it takes. Does one run; writes nothing.
Exit sweep_plan(const SweepArguments& arguments, const Io& io);

// Does the shards that are not there yet, and says what all of them show. Exit::invalid for a wrong
// file, a folder of another sweep, a shard that came out differently from before; Exit::aborted
// when runs have no result, which are named.
Exit sweep_run(const SweepArguments& arguments, const Io& io);

// What is there, as far as it is done. As above.
Exit sweep_report(const SweepArguments& arguments, const Io& io);

}  // namespace chokepoint::cli
