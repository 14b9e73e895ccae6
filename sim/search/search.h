#pragma once
// Finds the smallest sets of failures that take capabilities down, by simulating them.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "chokepoint/v1/scenario.pb.h"
#include "chokepoint/v1/search.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::sim {

struct SearchOptions {
  std::vector<std::string> capabilities = {};  // empty: all
  std::vector<std::string> without = {};       // names of suspects that are left out
  std::uint32_t most = 2;                      // together
  double let_pass = 60;                        // an outage of this many seconds is none
  std::uint64_t seed = 1;
  std::uint32_t seeds = 3;  // each set is run with so many
  std::uint64_t most_runs = 100'000;
  unsigned workers = 1;
  // Runs done, and planned as far as is known. May be empty.
  std::function<void(std::uint64_t, std::uint64_t)> progress = {};
};

// Tries sets in order of their size, and no set that holds one which was found already (for each
// capability by itself): minimal cut sets, as long as more failures do no good. A set is found when
// the capability is down for longer than `let_pass` in one stretch in at least one of its runs. A
// size that would go beyond `most_runs` is left out, and the report says so.
//
// Deterministic, on any number of workers. Errors: not_found (a capability or suspect that there is
// not, no capabilities at all), conflict (a capability is down for longer than that without any
// failure), unavailable (a run died). Not thread-safe.
Result<v1::SearchReport> search(const v1::Scenario& scenario, const SearchOptions& options);

}  // namespace chokepoint::sim
