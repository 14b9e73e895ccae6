#pragma once
// From a YAML file to a Sweep whose runs are all scenarios. Touches no network, clock or machine
// besides reading the file and the scenario's.

#include <filesystem>
#include <optional>
#include <string>

#include "chokepoint/v1/sweep.pb.h"
#include "scenarios/loader/load.h"

namespace chokepoint {

inline constexpr std::uint64_t kMostPoints = 100'000;
inline constexpr std::uint64_t kMostRuns = 100'000'000;

struct LoadedSweep {
  v1::Sweep sweep = {};  // complete, measures included; only if errors is empty
  std::string scenario_text = {};
  std::optional<ScenarioFile> scenario = {};  // of that text; only if errors is empty
  // Of the sweep and the scenario's text, wherever the files stand.
  std::string digest = {};
  Errors errors = {};
};

// Errors: as for load_scenario, of both files; an unknown design or measure, an empty range, more
// than kMostPoints or kMostRuns; a point that is no scenario. The first thousand points are tried,
// with the least of what is drawn; a run whose values make none says so in its result. Thread rule:
// no shared state.
LoadedSweep load_sweep(const std::filesystem::path& path);

}  // namespace chokepoint
