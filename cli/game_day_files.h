#pragma once
// The files that game days and runs leave: plan.json and record.json, by their names or by the
// folder that they are in.

#include <string>

#include "chokepoint/v1/game_day.pb.h"
#include "chokepoint/v1/record.pb.h"
#include "controller/compare/comparison.h"
#include "scenarios/base/result.h"

namespace chokepoint::cli {

// Of a plan. Errors: cannot be read (as read_text_file), is no plan (Code::invalid_input).
Result<v1::GameDayPlan> plan_in(const std::string& path);

// A record, or the record.json of a folder. Errors as above.
Result<v1::RunRecord> record_in(const std::string& path);

struct Predicted {
  controller::Prediction prediction;
  // By the scenario's file; empty if there is none any more, or another.
  controller::NeededComponents needed;
};

// A plan, the record of a simulated run, or a folder with one of them: a plan is preferred, so that
// the folder of a game day names what was predicted of it. Errors as above; a game day's record
// (Code::invalid_input) predicts nothing.
Result<Predicted> predicted_in(const std::string& path);

// By the scenario's file that the plan names, if it is still the same.
controller::NeededComponents needed_by(const v1::GameDayPlan& plan);

}  // namespace chokepoint::cli
