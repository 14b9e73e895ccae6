#include "controller/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "controller/plan/bands.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::controller {
namespace {

std::optional<double> observed_of(const v1::RunRecord& record, const v1::Band& band) {
  for (const v1::Measure& measure : record.measures()) {
    if (measure.scope() == "capability" && measure.subject() == band.capability() &&
        measure.name() == band.measure()) {
      return measure.value();
    }
  }
  return std::nullopt;
}

double beyond(const v1::Band& band, double value) {
  return std::max({0.0, band.low() - value, value - band.high()});
}

}  // namespace

double resolution_of(const v1::GameDayPlan& plan, const std::string& capability) {
  const auto probe = plan.deployment().probes().find(capability);
  if (probe == plan.deployment().probes().end()) return 0;
  return (probe->second.every() + probe->second.timeout()) * plan.pace();
}

bool Compared::is_inside() const {
  return !decides || !observed || beyond(predicted, *observed) <= resolution;
}

double Compared::surprise() const {
  if (!observed) return 0;
  const double half = (predicted.high() - predicted.low()) / 2 + resolution;
  const double off = beyond(predicted, *observed);
  return off <= 0 ? 0 : off / std::max(half, 1e-9);
}

std::vector<Compared> compare(const v1::GameDayPlan& plan, const v1::RunRecord& observed) {
  std::vector<Compared> all;
  std::map<std::string, bool> was_down;  // long enough to be seen, in each run and in the game day
  for (const v1::Band& band : plan.bands()) {
    if (!plan.deployment().probes().contains(band.capability())) continue;
    if (band.measure() != "outage") continue;
    const double resolution = resolution_of(plan, band.capability());
    was_down[band.capability()] =
        band.low() > resolution && observed_of(observed, band).value_or(0) > resolution;
  }
  for (const v1::Band& band : plan.bands()) {
    if (!plan.deployment().probes().contains(band.capability())) continue;
    Compared& one = all.emplace_back();
    one.predicted = band;
    one.observed = observed_of(observed, band);
    const bool is_time = band.unit() == v1::UNIT_DURATION;
    one.resolution = is_time ? resolution_of(plan, band.capability()) : 0;
    const bool is_about_edges = band.measure() == "onset" || band.measure() == "recovery_time";
    one.decides = band.measure() == "outage" ||
                  (is_about_edges && band.share() >= 1 && was_down[band.capability()]);
  }
  return all;
}

std::string text_of(const Compared& compared) {
  const auto text = [&](double value) { return format_quantity(value, compared.predicted.unit()); };
  const v1::Band& band = compared.predicted;
  return fmt::format("{}: {} of {}, predicted {}", band.capability(), band.measure(),
                     compared.observed ? text(*compared.observed) : "nothing",
                     band.low() == band.high()
                         ? text(band.low())
                         : fmt::format("{} to {}", text(band.low()), text(band.high())));
}

}  // namespace chokepoint::controller
