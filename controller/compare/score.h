#pragma once
// How good a prediction of an outage was, as a number: 0 is perfect, and both a miss and a
// prediction that says nothing cost something.

#include <vector>

#include "chokepoint/v1/game_day.pb.h"

namespace chokepoint::controller {

// For how long the prediction was wrong, in seconds: the square of the difference between the share
// of the runs that have the capability down and what was seen (1 down, 0 not), integrated over the
// time up to `horizon_s`. Of a single run it is the time in which the two differ; of a band for
// the end of an outage, the continuous ranked probability score of that end (Gneiting, Raftery:
// Strictly proper scoring rules, prediction, and estimation, JASA 102, 2007, 4.2). It is proper:
// nobody can expect to do better than by saying what they believe. Windows of one capability, in
// any order; those of `predicted` do not overlap, nor do those of `observed`, whose shares are 1.
double seconds_wrong(const std::vector<v1::DownWindow>& predicted,
                     const std::vector<v1::DownWindow>& observed, double horizon_s);

}  // namespace chokepoint::controller
