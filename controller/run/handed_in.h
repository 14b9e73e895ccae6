#pragma once
// Whether a plan that somebody handed in can be carried out at all. Over the wire anybody who may
// submit can send anything: what gets past here is safe to look at, to keep and to run.

#include "chokepoint/v1/game_day.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller {

inline constexpr int kMostInjections = 20'000;
inline constexpr int kMostProbes = 200;             // each has a thread
inline constexpr double kLongestGameDay = 2678400;  // seconds: 31 days
inline constexpr std::size_t kLongestId = 16;       // bytes, of an injection
inline constexpr std::size_t kLongestFault = 4096;  // bytes, of YAML

// Holds a plan against the schema's rules, its own digests, and what a controller bears. Errors:
// denied for one that was changed after it was made, or that is to live for longer than a plan
// does; invalid_input for everything else.
Status check_handed_in(const v1::GameDayPlan& plan, double now_seconds_since_1970);

}  // namespace chokepoint::controller
