#pragma once
// What several simulated runs of one scenario say about it: not one number, but a band.

#include <optional>
#include <string>
#include <vector>

#include "chokepoint/v1/game_day.pb.h"
#include "chokepoint/v1/record.pb.h"

namespace chokepoint::controller {

// What is compared: measures of capabilities (scenarios/base/measures.h).
inline constexpr const char* kComparedMeasures[] = {"onset",         "outage",  "longest_outage",
                                                    "recovery_time", "outages", "availability"};

// The share of a capability's requests that failed in the worst sample of a record: of those that
// came to an end in it. Absent without any. Simulated requests are those of users, with their
// retries; a game day's are the questions of probes.
inline constexpr const char* kDepth = "depth";
std::optional<double> depth_of(const v1::RunRecord& record, const std::string& capability);

// For each capability, by name, each compared measure and the depth, where some run has it: lowest,
// median and highest value, and the share of the runs that have one. The records, at least one, are
// of one scenario; they differ in their seeds.
std::vector<v1::Band> bands_of(const std::vector<v1::RunRecord>& records);

// When each capability is down, in which share of the runs; stretches of equal share, in order of
// capability and time, without those in which no run has it down.
std::vector<v1::DownWindow> down_windows(const std::vector<v1::RunRecord>& records);

}  // namespace chokepoint::controller
