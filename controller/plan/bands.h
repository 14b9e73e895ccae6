#pragma once
// What several simulated runs of one scenario say about it: not one number, but a band.

#include <string>
#include <vector>

#include "chokepoint/v1/game_day.pb.h"
#include "chokepoint/v1/record.pb.h"

namespace chokepoint::controller {

// What is compared: measures of capabilities (scenarios/base/measures.h).
inline constexpr const char* kComparedMeasures[] = {"onset",         "outage",  "longest_outage",
                                                    "recovery_time", "outages", "availability"};

// For each capability, by name, and each compared measure that some run has: lowest, median and
// highest value, and the share of the runs that have one. The records, at least one, are of one
// scenario; they differ in their seeds.
std::vector<v1::Band> bands_of(const std::vector<v1::RunRecord>& records);

// When each capability is down, in which share of the runs; stretches of equal share, in order of
// capability and time, without those in which no run has it down.
std::vector<v1::DownWindow> down_windows(const std::vector<v1::RunRecord>& records);

}  // namespace chokepoint::controller
