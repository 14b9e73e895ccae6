#include "controller/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>

#include "controller/plan/bands.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::controller {
namespace {

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

double Compared::outside_by() const { return observed ? beyond(predicted, *observed) : 0; }

double Compared::surprise() const {
  const double half = (predicted.high() - predicted.low()) / 2 + resolution;
  const double off = outside_by();
  return off <= 0 ? 0 : off / std::max(half, 1e-9);
}

std::optional<double> observed_in(const v1::RunRecord& record, const std::string& capability,
                                  const std::string& measure) {
  if (measure == kDepth) return depth_of(record, capability);
  for (const v1::Measure& one : record.measures()) {
    if (one.scope() == "capability" && one.subject() == capability && one.name() == measure) {
      return one.value();
    }
  }
  return std::nullopt;
}

std::vector<Compared> compare(const std::vector<v1::Band>& bands, const Resolutions& resolutions,
                              const v1::RunRecord& observed) {
  std::vector<Compared> all;
  std::map<std::string, bool> was_down;  // long enough to be seen, in each run and in the game day
  for (const v1::Band& band : bands) {
    const auto resolution = resolutions.find(band.capability());
    if (resolution == resolutions.end() || band.measure() != "outage") continue;
    const double outage = observed_in(observed, band.capability(), "outage").value_or(0);
    was_down[band.capability()] = band.low() > resolution->second && outage > resolution->second;
  }
  for (const v1::Band& band : bands) {
    const auto resolution = resolutions.find(band.capability());
    if (resolution == resolutions.end()) continue;
    Compared& one = all.emplace_back();
    one.predicted = band;
    one.observed = observed_in(observed, band.capability(), band.measure());
    one.resolution = band.unit() == v1::UNIT_DURATION ? resolution->second : 0;
    if (band.measure() == "outage") {
      one.resolution *=
          std::max(1.0, observed_in(observed, band.capability(), "outages").value_or(1));
    }
    const bool is_about_edges = band.measure() == "onset" || band.measure() == "recovery_time";
    one.decides = band.measure() == "outage" ||
                  (is_about_edges && band.share() >= 1 && was_down[band.capability()]);
  }
  return all;
}

std::vector<Compared> compare(const v1::GameDayPlan& plan, const v1::RunRecord& observed) {
  Resolutions resolutions;
  for (const auto& [capability, probe] : plan.deployment().probes()) {
    resolutions[capability] = resolution_of(plan, capability);
  }
  return compare({plan.bands().begin(), plan.bands().end()}, resolutions, observed);
}

std::string text_of(const Compared& compared) {
  const auto text = [&](double value) { return format_quantity(value, compared.predicted.unit()); };
  const v1::Band& band = compared.predicted;
  return fmt::format("{}: {} of {}, predicted {}", band.capability(), band.measure(),
                     compared.observed ? text(*compared.observed) : "nothing",
                     text(band.low()) == text(band.high())
                         ? text(band.low())
                         : fmt::format("{} to {}", text(band.low()), text(band.high())));
}

}  // namespace chokepoint::controller
