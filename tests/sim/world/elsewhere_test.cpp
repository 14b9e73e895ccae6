#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// An exchange that is down from 1 h to 3 h of 4 h, and a wallet that is not.
std::string exchange(std::string_view elsewhere) {
  return fmt::format(R"(
scenario: elsewhere-test
horizon: 4h
traffic: {{tick: 10s, sample: 1min}}
places: {{one: {{racks: 1}}, two: {{racks: 1}}}}
components:
  exchange: {{service: {{replicas: 1, at: one, capacity: 100/s, boot: 0s}}}}
  wallet: {{service: {{replicas: 1, at: two, capacity: 100/s}}}}
capabilities: {{trade: {{needs: [exchange]}}, hold: {{needs: [wallet]}}}}
users: {{people: {{rate: 10/s, uses: {{trade: 100%}}, elsewhere: {}}}}}
faults: {{outage: {{at: 1h, duration: 2h, crash: {{component: exchange}}}}}}
)",
                     elsewhere);
}

double of(const v1::RunRecord& record, std::string_view capability, std::string_view which) {
  return measure(record, "capability", capability, which).value_or(0);
}

TEST(Elsewhere, SomeUsersTakeAnotherWayWhileWhatTheyWantIsDown) {
  const auto record = simulate(exchange("{capability: hold, share: 25%, after: 30min}"));

  const double moved = 90 * 60 * 10 * .25;
  EXPECT_NEAR(of(record, "hold", "requested"), moved, .03 * moved);
  EXPECT_NEAR(of(record, "hold", "succeeded"), moved, .03 * moved);
  EXPECT_NEAR(of(record, "trade", "requested"), 4 * 3600 * 10 - moved, .01 * 4 * 3600 * 10);
}

TEST(Elsewhere, ThoseWhoLeaveForGoodDoNotComeBack) {
  const auto record =
      simulate(exchange("{capability: hold, share: 25%, after: 30min, for_good: true}"));

  const double moved = 150 * 60 * 10 * .25;
  EXPECT_NEAR(of(record, "hold", "requested"), moved, .03 * moved);
}

TEST(Elsewhere, RequestsToACompetitorAreGone) {
  const auto record = simulate(exchange("{share: 40%, after: 10min}"));

  const double gone = 110 * 60 * 10 * .4;
  EXPECT_NEAR(*measure(record, "users", "people", "gone_elsewhere"), gone, .03 * gone);
  EXPECT_NEAR(of(record, "trade", "requested"), 4 * 3600 * 10 - gone, .01 * 4 * 3600 * 10);
}

TEST(Elsewhere, NobodyLeavesAnOutageThatIsShorterThanTheirPatience) {
  const auto record = simulate(exchange("{share: 40%, after: 3h}"));

  EXPECT_DOUBLE_EQ(*measure(record, "users", "people", "gone_elsewhere"), 0);
}

}  // namespace
}  // namespace chokepoint::sim
