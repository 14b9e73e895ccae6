#include "controller/compare/compare.h"

#include <gtest/gtest.h>

#include "tests/controller/plan/plan_sources.h"
#include "tests/controller/run/two_faults.h"

namespace chokepoint::controller {
namespace {

// "trade" is predicted to be down for 30 s to 36 s; its probe resolves 1.5 s.
v1::GameDayPlan predicted_outage(double low = 30, double high = 36) {
  v1::GameDayPlan plan = two_faults();
  for (const char* const name : {"onset", "outage", "recovery_time"}) {
    v1::Band& band = *plan.add_bands();
    band.set_capability("trade");
    band.set_measure(name);
    band.set_low(name == std::string("onset") ? 0 : low);
    band.set_high(name == std::string("onset") ? 1 : high);
    band.set_share(1);
    band.set_unit(v1::UNIT_DURATION);
  }
  return plan;
}

v1::RunRecord with(const std::map<std::string, double>& measures) {
  v1::RunRecord record;
  for (const auto& [name, value] : measures) {
    v1::Measure& measure = *record.add_measures();
    measure.set_scope("capability");
    measure.set_subject("trade");
    measure.set_name(name);
    measure.set_value(value);
    measure.set_unit(v1::UNIT_DURATION);
  }
  return record;
}

const Compared& outage_in(const std::vector<Compared>& all) {
  for (const Compared& one : all) {
    if (one.predicted.measure() == "outage") return one;
  }
  return all.front();
}

TEST(Compare, IsInsideTheBandWidenedByWhatAProbeCanSee) {
  EXPECT_TRUE(outage_in(compare(predicted_outage(), with({{"outage", 33}}))).is_inside());
  EXPECT_TRUE(outage_in(compare(predicted_outage(), with({{"outage", 37.4}}))).is_inside());
  EXPECT_FALSE(outage_in(compare(predicted_outage(), with({{"outage", 37.6}}))).is_inside());
  EXPECT_FALSE(outage_in(compare(predicted_outage(), with({{"outage", 28.4}}))).is_inside());
}

TEST(Compare, AllowsASumOfOutagesWhatAProbeCannotSeeOfEachOfThem) {
  EXPECT_TRUE(
      outage_in(compare(predicted_outage(), with({{"outage", 38.9}, {"outages", 2}}))).is_inside());
  EXPECT_FALSE(
      outage_in(compare(predicted_outage(), with({{"outage", 39.1}, {"outages", 2}}))).is_inside());
}

TEST(Compare, MeasuresSurpriseInWidthsOfTheBand) {
  EXPECT_EQ(outage_in(compare(predicted_outage(), with({{"outage", 36}}))).surprise(), 0);
  EXPECT_DOUBLE_EQ(outage_in(compare(predicted_outage(), with({{"outage", 45}}))).surprise(), 2);
}

TEST(Compare, FlagsAnOutageThatNobodyPredicted) {
  EXPECT_FALSE(outage_in(compare(predicted_outage(0, 0), with({{"outage", 5}}))).is_inside());
}

TEST(Compare, FlagsAnOutageThatDidNotCome) {
  EXPECT_FALSE(outage_in(compare(predicted_outage(), with({{"outage", 0}}))).is_inside());
}

TEST(Compare, DatesOnlyOutagesThatBothHad) {
  for (const Compared& one : compare(predicted_outage(0.1, 0.5), with({{"outage", 0}}))) {
    EXPECT_TRUE(one.is_inside()) << text_of(one);
    if (one.predicted.measure() != "outage") {
      EXPECT_FALSE(one.decides);
    }
  }
  bool is_late = false;
  for (const Compared& one :
       compare(predicted_outage(), with({{"outage", 33}, {"onset", 9}, {"recovery_time", 33}}))) {
    is_late = is_late || !one.is_inside();
  }
  EXPECT_TRUE(is_late) << "it began nine seconds late";
}

}  // namespace
}  // namespace chokepoint::controller
