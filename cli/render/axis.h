#pragma once
// Where the marks of a time axis stand.

#include <vector>

namespace chokepoint::cli {

// Instants in [0, horizon_s) at round distances (10 s, 5 min, 4 h, ...), the first at 0, no more
// than `most` of them.
std::vector<double> ticks(double horizon_s, int most);

// The same, but at round times of the day: 00:00, 02:00, ... `start_s` is the time of the day at 0.
std::vector<double> clock_ticks(double horizon_s, int most, double start_s);

}  // namespace chokepoint::cli
