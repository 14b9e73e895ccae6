#pragma once
// The end of a game day: measure by measure, capability by capability, and how good the prediction
// was.

#include <map>
#include <set>
#include <string>

#include "chokepoint/v1/comparison.pb.h"
#include "chokepoint/v1/scenario.pb.h"
#include "controller/compare/prediction.h"

namespace chokepoint::controller {

// By capability: the components that it cannot do without, and those that these cannot.
using NeededComponents = std::map<std::string, std::set<std::string>>;
NeededComponents needed_components(const v1::Scenario& scenario);

// The record must be of the same design (check_same_design). What is compared are the capabilities
// that the game day's probes asked for. Without `needed` nothing is said of components. Of a game
// day that was aborted everything but the scores is there. docs/gamedays.md says what they are.
v1::Comparison compare_with_game_day(const Prediction& prediction, const v1::RunRecord& game_day,
                                     const NeededComponents& needed = {});

// The mean of the capabilities' scores, as in the comparison. `observed` may also be a record that
// is no game day's: then all capabilities count, seen exactly.
double score_against(const Prediction& prediction, const v1::RunRecord& observed);

// By how much a score of `observed` may be off because of what probes cannot see: one standard
// error, if each change is dated wrongly by anything from nothing to the probe's resolution.
double score_error_of_probes(const v1::RunRecord& observed);

}  // namespace chokepoint::controller
