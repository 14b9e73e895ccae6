#pragma once
// What was predicted beside what happened, capability by capability.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chokepoint/v1/game_day.pb.h"
#include "chokepoint/v1/record.pb.h"

namespace chokepoint::controller {

// One measure of one capability.
struct Compared {
  v1::Band predicted;
  std::optional<double> observed;
  // How far the observed value may be off because the probe asks only now and then: a sum of
  // outages once for each of them.
  double resolution = 0;
  // Whether the measure is one of those that decide; the others are only shown.
  bool decides = true;

  // Not more than the resolution beyond the band.
  bool is_inside() const;
  // How far beyond the band, in the measure's unit; 0 inside.
  double outside_by() const;
  // The same, as a multiple of half the band's width and the resolution together.
  double surprise() const;
};

// By capability, in the order of kComparedMeasures. How long it was down decides, and, when it was
// down both in every predicting run and in the game day for longer than the probe can resolve, when
// that began and how long it took to come back. Of a game day that was aborted nothing decides that
// had not ended.
std::vector<Compared> compare(const v1::GameDayPlan& plan, const v1::RunRecord& observed);

// How far off each probed capability's changes may be dated, in seconds of the scenario.
using Resolutions = std::map<std::string, double>;

// The same for bands of any origin; capabilities without a resolution are not compared.
std::vector<Compared> compare(const std::vector<v1::Band>& bands, const Resolutions& resolutions,
                              const v1::RunRecord& observed);

// What the record has of a compared measure; "depth" comes from its samples.
std::optional<double> observed_in(const v1::RunRecord& record, const std::string& capability,
                                  const std::string& measure);

// How far off a capability's probe may date a change, in seconds of the scenario: it notices one by
// the next time that it asks, and hears of it when that answer is there or overdue.
double resolution_of(const v1::GameDayPlan& plan, const std::string& capability);

// "trade: outage of 42s, predicted 30s to 36s".
std::string text_of(const Compared& compared);

}  // namespace chokepoint::controller
