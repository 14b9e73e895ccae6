#pragma once
// Chooses values of a scenario so that it predicts recorded game days as well as it can, and says
// what these game days do not tell.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chokepoint/v1/comparison.pb.h"
#include "chokepoint/v1/record.pb.h"
#include "controller/calibrate/parameter.h"

namespace chokepoint::controller {

inline constexpr std::size_t kMostParameters = 8;

// Records of the runs of one design, at least one; they differ in their seeds.
using Runs = std::vector<v1::RunRecord>;

struct Calibrating {
  std::vector<FreeParameter> parameters;  // 1 to kMostParameters
  // What the scenario has of each; absent where that is not known.
  std::vector<std::optional<double>> before;
  std::vector<v1::RunRecord> records;  // of game days, or of a baseline; at least one
  std::vector<std::size_t> designs;    // of each record: which of the designs
  // The runs of every design with these changes ("path=value") made, always with the same seeds.
  // Nothing: with them it is no scenario. An error ends the calibration.
  std::function<Result<std::optional<std::vector<Runs>>>(const std::vector<std::string>&)> simulate;
  // After each set of values: how many there were, and the best score so far.
  std::function<void(std::size_t, double)> progress;
};

struct Calibrated {
  v1::Calibration calibration;       // without the names of the design and the seeds
  std::vector<std::string> changes;  // the best values, as for --set
  std::vector<Runs> runs;            // of each design, with them
  bool is_exhausted = false;         // the search was cut off: ranges may be wider
};

// Minimises the mean of the records' scores (score_against) with a Search. Values fit about as well
// as the best when their score is not larger by more than what says nothing about them: what luck
// does to the score of a game day (from the least to the largest score that the best values' own
// runs get against each other), and what probes cannot see (two standard errors), of each game day
// and added by their squares. Deterministic. Errors: what `simulate` says; no set of values that
// makes a scenario (Code::invalid_input).
Result<Calibrated> calibrate(const Calibrating& calibrating);

}  // namespace chokepoint::controller
