#include <fmt/format.h>

#include <cmath>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

std::string hall(std::string_view cooling, std::string_view loss) {
  return fmt::format(R"(
scenario: cooling-test
horizon: 6h
places:
  hall: {{racks: 10, cooling: {{{}}}}}
components:
  app: {{service: {{replicas: 10, at: hall, boot: 0s}}}}
faults:
  loss: {{at: 10min, {}}}
)",
                     cooling, loss);
}

TEST(Cooling, HeatsUpInAStraightLineWithoutLosses) {
  const auto record = simulate(
      hall("normal: 20degC, heating: 0.1degC/min, trip: 90degC", "cooling_loss: {place: hall}"));

  const std::vector<double> air = column(record, "hall", "temperature_degC");
  EXPECT_NEAR(air[9], 20, 1e-9);
  EXPECT_NEAR(air[69], 26, 1e-9);  // an hour after the loss
}

TEST(Cooling, FollowsTheLumpedRoomModel) {
  const auto record =
      simulate(hall("normal: 20degC, heating: 0.5degC/min, settling: 1h, trip: 90degC",
                    "cooling_loss: {place: hall}"));

  const std::vector<double> air = column(record, "hall", "temperature_degC");
  for (const int minutes : {1, 10, 30, 60, 180}) {
    const double expected = 20 + 30 * (1 - std::exp(-minutes / 60.0));
    EXPECT_NEAR(air[static_cast<std::size_t>(9 + minutes)], expected, 1e-6) << minutes;
  }
}

TEST(Cooling, TripsARackAtTheMomentItsTemperatureIsReached) {
  const auto record = simulate(
      hall("normal: 20degC, heating: 1degC/min, trip: 35degC", "cooling_loss: {place: hall}"));

  EXPECT_NEAR(*event_at(record, "app", "down"), 600 + 15 * 60, 1e-6);
  EXPECT_EQ(measure(record, "place", "hall", "racks_off_peak"), 10);
}

TEST(Cooling, SettlesWithAPartOfTheRacksOnWhenHalfOfTheCoolingIsLeft) {
  const auto record =
      simulate(hall("normal: 20degC, heating: 1degC/min, settling: 30min, "
                    "trip: {normal: {mean: 30degC, deviation: 3degC}}",
                    "cooling_loss: {place: hall, share: 50%}"));

  const double off = *measure(record, "place", "hall", "racks_off_peak");
  EXPECT_GE(off, 1);
  EXPECT_LE(off, 5);  // with half of the racks off, half of the cooling is enough
}

TEST(Cooling, BringsRacksBackNoFasterThanTheCoolingCarriesThem) {
  const auto record = simulate(hall(
      "normal: 20degC, heating: 1degC/min, settling: 5min, restart_below: 21degC, trip: 22degC",
      "cooling_loss: {place: hall, restored: {from: 1h, to: 3h}}"));

  const std::vector<double> level = column(record, "app", "level");
  EXPECT_NEAR(level[10 + 120 - 1], 0.5, 0.11);  // half-way up the ramp
  EXPECT_EQ(level[10 + 60 - 2], 0);
  EXPECT_EQ(level[10 + 181], 1);
}

TEST(Cooling, LossAboveHitsEveryHallBelow) {
  const auto record = simulate(R"(
scenario: two-halls
horizon: 1h
places:
  site/one: {racks: 2, cooling: {heating: 2degC/min, trip: 40degC}}
  site/two: {racks: 2, cooling: {heating: 2degC/min, trip: 40degC}}
components:
  app: {service: {replicas: 4, at: [site/one, site/two]}}
faults:
  loss: {at: 0s, cooling_loss: {place: site}}
)");

  EXPECT_EQ(measure(record, "place", "site", "racks_off_peak"), 4);
}

}  // namespace
}  // namespace chokepoint::sim
