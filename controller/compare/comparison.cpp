#include "controller/compare/comparison.h"

#include <algorithm>
#include <cmath>

#include "controller/compare/compare.h"
#include "controller/compare/score.h"
#include "controller/plan/bands.h"
#include "scenarios/base/measures.h"
#include "scenarios/base/needs.h"

namespace chokepoint::controller {
namespace {

Resolutions resolutions_of(const v1::RunRecord& record) {
  Resolutions resolutions(record.game_day().resolution_s().begin(),
                          record.game_day().resolution_s().end());
  if (record.has_game_day()) return resolutions;
  for (const v1::Measure& measure : record.measures()) {
    if (measure.scope() == "capability") resolutions[measure.subject()] = 0;
  }
  return resolutions;
}

// Of errors in time. It is set by whoever made the game day and not by what came of it, since a
// scale that depends on the outcome would reward bands that are too low.
double scale_of(const v1::RunRecord& record) {
  const auto& injections = record.injections();
  const double first = injections.empty() ? 0 : injections.begin()->at_s();
  double last = first;
  for (const v1::Injection& one : injections) last = std::max(last, one.at_s());
  const double length = last > first ? last - first : record.horizon_s() - first;
  double scale = std::max(length, 1e-3);
  for (const auto& [capability, resolution] : record.game_day().resolution_s()) {
    scale = std::max(scale, resolution);
  }
  return scale;
}

const v1::Band* band_in(const std::vector<v1::Band>& bands, const std::string& capability,
                        const std::string& measure) {
  for (const v1::Band& band : bands) {
    if (band.capability() == capability && band.measure() == measure) return &band;
  }
  return nullptr;
}

std::vector<v1::DownWindow> predicted_down(const Prediction& prediction,
                                           const std::string& capability) {
  std::vector<v1::DownWindow> windows;
  for (const v1::DownWindow& window : prediction.windows) {
    if (window.capability() == capability) windows.push_back(window);
  }
  return windows;
}

std::vector<v1::DownWindow> observed_down(const v1::RunRecord& record,
                                          const std::string& capability) {
  std::vector<v1::DownWindow> windows;
  for (const v1::Interval& interval : record.intervals()) {
    if (interval.scope() != "capability" || interval.subject() != capability ||
        interval.state() != "down") {
      continue;
    }
    v1::DownWindow& window = windows.emplace_back();
    window.set_capability(capability);
    window.set_from_s(interval.from_s());
    window.set_to_s(interval.to_s());
    window.set_share(1);
  }
  return windows;
}

double score_of(const Prediction& prediction, const v1::RunRecord& observed,
                const std::string& capability) {
  return seconds_wrong(predicted_down(prediction, capability), observed_down(observed, capability),
                       observed.horizon_s()) /
         scale_of(observed);
}

void add_measures(const Prediction& prediction, const v1::RunRecord& day,
                  v1::ComparedCapability& capability) {
  const std::string& name = capability.capability();
  const double resolution = capability.resolution_s();
  std::vector<v1::ComparedMeasure> measures;
  for (const Compared& one : compare(prediction.bands, {{name, resolution}}, day)) {
    v1::ComparedMeasure& measure = measures.emplace_back();
    measure.set_measure(one.predicted.measure());
    measure.set_unit(one.predicted.unit());
    *measure.mutable_predicted() = one.predicted;
    if (one.observed) measure.set_observed(*one.observed);
    measure.set_decides(one.decides);
    measure.set_is_inside(one.is_inside());
    measure.set_surprise(one.surprise());
    measure.set_outside_by(one.outside_by());
  }
  for (const v1::Measure& seen : day.measures()) {
    if (seen.scope() != "capability" || seen.subject() != name) continue;
    const bool is_compared = std::find(std::begin(kComparedMeasures), std::end(kComparedMeasures),
                                       seen.name()) != std::end(kComparedMeasures);
    if (!is_compared || band_in(prediction.bands, name, seen.name()) != nullptr) continue;
    v1::ComparedMeasure& measure = measures.emplace_back();  // that no predicting run has
    measure.set_measure(seen.name());
    measure.set_unit(seen.unit());
    measure.set_observed(seen.value());
    measure.set_is_inside(true);
  }
  std::stable_sort(measures.begin(), measures.end(), [](const auto& a, const auto& b) {
    if (a.is_inside() != b.is_inside()) return b.is_inside();
    return a.surprise() > b.surprise();
  });
  for (v1::ComparedMeasure& measure : measures) *capability.add_measures() = std::move(measure);
}

void add_with_needs(const v1::Scenario& scenario, const std::string& component,
                    std::set<std::string>& found) {
  if (!found.insert(component).second) return;
  const auto spec = scenario.components().find(component);
  if (spec == scenario.components().end()) return;
  for (const std::string& need : needed_by(spec->second)) add_with_needs(scenario, need, found);
}

// Components that the same capabilities need fail together as far as probes can tell. An error that
// every capability of a group shows may be the group's; what a larger group explains is not counted
// again for a smaller one, as in the tomography of networks, which blames a shared link only if all
// paths over it are bad.
void add_components(const NeededComponents& needed, v1::Comparison& comparison) {
  std::map<std::string, double> left;  // of each capability's score: not explained yet
  std::map<std::string, std::set<std::string>> needed_for;
  for (const v1::ComparedCapability& capability : comparison.capabilities()) {
    const auto found = needed.find(capability.capability());
    if (found == needed.end()) continue;
    left[capability.capability()] = capability.score();
    for (const std::string& one : found->second) needed_for[one].insert(capability.capability());
  }
  std::map<std::set<std::string>, std::vector<std::string>> groups;
  for (const auto& [component, capabilities] : needed_for) {
    groups[capabilities].push_back(component);
  }
  std::vector<std::set<std::string>> order;
  for (const auto& [capabilities, components] : groups) order.push_back(capabilities);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  std::vector<v1::ComparedComponents> all;
  for (const std::set<std::string>& capabilities : order) {
    double shared = left[*capabilities.begin()];
    for (const std::string& one : capabilities) shared = std::min(shared, left[one]);
    for (const std::string& one : capabilities) left[one] -= shared;
    v1::ComparedComponents& group = all.emplace_back();
    for (const std::string& one : groups[capabilities]) group.add_components(one);
    for (const std::string& one : capabilities) group.add_capabilities(one);
    group.set_score(shared);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.score() > b.score(); });
  for (v1::ComparedComponents& group : all) *comparison.add_components() = std::move(group);
}

}  // namespace

NeededComponents needed_components(const v1::Scenario& scenario) {
  NeededComponents needed;
  for (const auto& [name, capability] : scenario.capabilities()) {
    for (const v1::Need& need : capability.needs()) {
      add_with_needs(scenario, need.component(), needed[name]);
    }
  }
  return needed;
}

v1::Comparison compare_with_game_day(const Prediction& prediction, const v1::RunRecord& game_day,
                                     const NeededComponents& needed) {
  v1::Comparison comparison;
  comparison.set_scenario(prediction.scenario);
  comparison.set_variant(prediction.variant);
  for (const std::string& change : prediction.overrides) comparison.add_overrides(change);
  comparison.set_digest(prediction.digest);
  comparison.set_runs(prediction.runs);
  comparison.set_game_day(game_day.game_day().id());
  comparison.set_deployment(game_day.game_day().deployment());
  comparison.set_pace(game_day.game_day().pace());
  comparison.set_ended(game_day.game_day().ended());
  comparison.set_horizon_s(game_day.horizon_s());
  comparison.set_scale_s(scale_of(game_day));
  comparison.set_is_whole(game_day.outcome() == v1::OUTCOME_HELD ||
                          game_day.outcome() == v1::OUTCOME_DEVIATED);
  std::vector<v1::ComparedCapability> capabilities;
  bool is_inside = true;
  for (const auto& [name, resolution] : resolutions_of(game_day)) {
    v1::ComparedCapability& capability = capabilities.emplace_back();
    capability.set_capability(name);
    capability.set_resolution_s(resolution);
    if (comparison.is_whole()) capability.set_score(score_of(prediction, game_day, name));
    add_measures(prediction, game_day, capability);
    for (const v1::DownWindow& window : predicted_down(prediction, name)) {
      *capability.add_predicted_down() = window;
    }
    for (const v1::DownWindow& window : observed_down(game_day, name)) {
      *capability.add_observed_down() = window;
    }
    for (const v1::ComparedMeasure& measure : capability.measures()) {
      is_inside = is_inside && measure.is_inside();
    }
  }
  comparison.set_is_inside(is_inside && comparison.is_whole());
  if (comparison.is_whole()) comparison.set_score(score_against(prediction, game_day));
  std::stable_sort(capabilities.begin(), capabilities.end(),
                   [](const auto& a, const auto& b) { return a.score() > b.score(); });
  for (v1::ComparedCapability& one : capabilities) *comparison.add_capabilities() = std::move(one);
  if (comparison.is_whole()) add_components(needed, comparison);
  return comparison;
}

double score_against(const Prediction& prediction, const v1::RunRecord& observed) {
  const Resolutions resolutions = resolutions_of(observed);
  if (resolutions.empty()) return 0;
  double sum = 0;
  for (const auto& [capability, resolution] : resolutions) {
    sum += score_of(prediction, observed, capability);
  }
  return sum / static_cast<double>(resolutions.size());
}

double score_error_of_probes(const v1::RunRecord& observed) {
  const Resolutions resolutions = resolutions_of(observed);
  double variance = 0;  // of the sum, each change being off by a uniform error
  for (const auto& [capability, resolution] : resolutions) {
    const double changes = 2 * static_cast<double>(observed_down(observed, capability).size());
    variance += changes * resolution * resolution / 12;
  }
  const auto count = static_cast<double>(std::max<std::size_t>(1, resolutions.size()));
  return std::sqrt(variance) / count / scale_of(observed);
}

}  // namespace chokepoint::controller
