#pragma once
// From simulated runs and a deployment to a plan: what will be touched, when and by whom, what is
// only simulated, what is predicted, and what stands against starting it.

#include <string>
#include <vector>

#include "chokepoint/v1/game_day.pb.h"
#include "chokepoint/v1/record.pb.h"
#include "chokepoint/v1/scenario.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller {

inline constexpr double kValidFor = 24 * 3600;  // seconds

struct PlanSources {
  const v1::Scenario& scenario;
  // Of the scenario, one for each seed; at least one. The first one's injections are replayed.
  const std::vector<v1::RunRecord>& predictions;
  const v1::Deployment& deployment;
  std::string scenario_text;    // of the two files, as they are
  std::string deployment_text;  //
  double pace = 1;              // seconds of the scenario in one second of the game day; above 0
  double now = 0;               // seconds since 1970
};

// Valid for a day.
v1::GameDayPlan make_plan(const PlanSources& sources);

// Everything that forbids to start it, whatever the agents say: more agents than the blast radius
// allows, a predicted outage beyond its budget, a guard that the prediction itself would trip, two
// faults on one thing, nothing bound. Empty when there is nothing.
std::vector<Error> objections(const v1::GameDayPlan& plan);

// The agent, and what of its host the fault is on: no two faults may be there at the same time.
// "a1, process: 'db'".
std::string object_of(const v1::PlannedInjection& injection);

// How many agents may have faults at the same time: the smaller of the two limits of a deployment.
std::size_t most_agents(const v1::Deployment& deployment);

// SHA-256, in hex, of what is planned and predicted: of everything in the plan but the two
// instants, where the files stood, and digests of the plan.
std::string digest_of_prediction(const v1::GameDayPlan& plan);

// SHA-256, in hex, of everything in the plan but where the files stood, and this digest itself.
std::string digest_of_plan(const v1::GameDayPlan& plan);

}  // namespace chokepoint::controller
