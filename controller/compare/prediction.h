#pragma once
// What was predicted of a design, by a plan or by simulated runs.

#include <cstdint>
#include <string>
#include <vector>

#include "chokepoint/v1/game_day.pb.h"
#include "chokepoint/v1/record.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller {

struct Prediction {
  std::string scenario;
  std::string variant;
  std::vector<std::string> overrides;
  std::string digest;
  std::uint32_t runs = 0;
  std::vector<v1::Band> bands;
  std::vector<v1::DownWindow> windows;
};

Prediction prediction_of(const v1::GameDayPlan& plan);
// The records, at least one, are of one design; they differ in their seeds.
Prediction prediction_of(const std::vector<v1::RunRecord>& records);

// Whether the game day carried out what was predicted. Errors (Code::invalid_input): the record is
// no game day's; the scenario, the variant, the overrides or, with the same names, the contents of
// the scenario are others.
Status check_same_design(const Prediction& prediction, const v1::RunRecord& game_day);

}  // namespace chokepoint::controller
