#pragma once
// What people did in a simulated run: agents make faults, and nothing of this. Somebody has to do
// it in time on the staging system, or it recovers later than predicted.

#include <vector>

#include "chokepoint/v1/game_day.pb.h"
#include "chokepoint/v1/record.pb.h"
#include "chokepoint/v1/scenario.pb.h"

namespace chokepoint::controller {

// Every step of a runbook that was done and changed something, and every gate that opened or shut,
// of components that the deployment binds or that a probed capability needs. Not the reverting of a
// fault: the injection ends by itself. In order of their ends. Times as in reduce().
std::vector<v1::PlannedWork> work_of(const v1::RunRecord& record, const v1::Scenario& scenario,
                                     const v1::Deployment& deployment, double pace);

}  // namespace chokepoint::controller
