#pragma once
// What happened in a simulated run, as faults that agents can make: the bridge from a prediction to
// a game day.

#include <vector>

#include "chokepoint/v1/game_day.pb.h"
#include "chokepoint/v1/record.pb.h"
#include "chokepoint/v1/scenario.pb.h"

namespace chokepoint::controller {

struct Reduced {
  // In order of time; ids are unique.
  std::vector<v1::PlannedInjection> injections = {};
  // What the deployment binds to nothing, or no agent can do: only simulated.
  std::vector<v1::UnboundInjection> unbound = {};
};

// `record` is of a run of `scenario`; `deployment` fits it (load_deployment). Times of the result
// are those of the game day: the record's divided by `pace`. A fault that the run does not take
// back lasts to the horizon. Deterministic. Thread rule: no shared state.
Reduced reduce(const v1::RunRecord& record, const v1::Scenario& scenario,
               const v1::Deployment& deployment, double pace);

}  // namespace chokepoint::controller
