#pragma once
// How good a prediction was, as a number: 0 is perfect, and both a miss and a band that says
// nothing cost something.

#include <cstdint>
#include <optional>

#include "chokepoint/v1/game_day.pb.h"

namespace chokepoint::controller {

// The weighted interval score with one interval (Bracher, Ray, Gneiting, Reich: Evaluating epidemic
// forecasts in an interval format, PLoS Computational Biology 17(2), 2021, equation 2), in the
// measure's unit. For a median m and a band from l to u, and an observed y,
//   (|y - m| / 2 + a / 2 * (u - l) + max(0, l - y) + max(0, y - u)) / 1.5.
// It is proper: nobody can expect to do better than by saying what they believe. `runs` is how many
// values the band is the lowest to the highest of, at least 1; one more of the same kind is inside
// with a probability of 1 - a = (runs - 1) / (runs + 1). Of a single run it is |y - m|.
double interval_score(const v1::Band& band, std::uint32_t runs, double observed);

// A measure that may be absent. `share` (0..1) of the runs have it.
struct ScoredMeasure {
  const v1::Band* band = nullptr;  // of those runs; null if none has it
  double share = 0;
  std::optional<double> observed = {};
};

// Brier's score of whether it is there, (share - 1)^2 or share^2, and, if it is, interval_score as
// a share of `scale` (above 0), or 1 where no run has it. A sum of proper scores, and so proper.
double score_of(const ScoredMeasure& measure, std::uint32_t runs, double scale);

}  // namespace chokepoint::controller
