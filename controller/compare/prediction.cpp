#include "controller/compare/prediction.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "controller/plan/bands.h"

namespace chokepoint::controller {
namespace {

std::string named(const std::string& variant) { return variant.empty() ? "base" : variant; }

std::string listed(const std::vector<std::string>& overrides) {
  return overrides.empty() ? "none" : fmt::format("{}", fmt::join(overrides, ", "));
}

Error differs(const char* what, const std::string& predicted, const std::string& carried_out) {
  return {.message = fmt::format("not the same {}: predicted {}, carried out {}", what, predicted,
                                 carried_out),
          .hint = "name the plan that the game day was started with, or a run of the same design"};
}

template <class Source>
Prediction named_by(const Source& source) {
  Prediction prediction;
  prediction.scenario = source.scenario();
  prediction.variant = source.variant();
  prediction.overrides = {source.overrides().begin(), source.overrides().end()};
  prediction.digest = source.digest();
  return prediction;
}

}  // namespace

Prediction prediction_of(const v1::GameDayPlan& plan) {
  Prediction prediction = named_by(plan);
  prediction.runs = plan.seeds();
  prediction.bands = {plan.bands().begin(), plan.bands().end()};
  prediction.windows = {plan.windows().begin(), plan.windows().end()};
  return prediction;
}

Prediction prediction_of(const std::vector<v1::RunRecord>& records) {
  Prediction prediction = named_by(records.front());
  prediction.runs = static_cast<std::uint32_t>(records.size());
  prediction.bands = bands_of(records);
  prediction.windows = down_windows(records);
  return prediction;
}

Status check_same_design(const Prediction& prediction, const v1::RunRecord& game_day) {
  if (!game_day.has_game_day()) {
    return Error{.message = fmt::format("this record of '{}' is no game day's: it was simulated",
                                        game_day.scenario()),
                 .hint = "name a folder that `chokepoint gameday start --out` wrote"};
  }
  if (prediction.scenario != game_day.scenario()) {
    return differs("scenario", prediction.scenario, game_day.scenario());
  }
  if (prediction.variant != game_day.variant()) {
    return differs("variant", named(prediction.variant), named(game_day.variant()));
  }
  const std::vector<std::string> overrides(game_day.overrides().begin(),
                                           game_day.overrides().end());
  if (prediction.overrides != overrides) {
    return differs("changes by --set", listed(prediction.overrides), listed(overrides));
  }
  if (prediction.digest != game_day.digest()) {
    return differs("scenario, though of the same name", "digest " + prediction.digest,
                   "digest " + game_day.digest());
  }
  return Ok{};
}

}  // namespace chokepoint::controller
