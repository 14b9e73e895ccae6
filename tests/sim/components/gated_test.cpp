#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// A market over an engine that fails at minute 10 for some time.
std::string market(std::string_view outage, std::string_view grace = "10s") {
  return fmt::format(R"(
scenario: gated-test
horizon: 3h
places: {{r/a: {{}}}}
components:
  engine: {{service: {{replicas: 1, at: r/a, boot: 0s}}}}
  market:
    gated:
      grace: {}
      gates:
        first: {{needs: [{{component: engine, is: up}}]}}
        second: {{after: first, hold: 20min}}
        third: {{after: second, hold: 30min}}
capabilities:
  trade: {{needs: [{{component: market, gate: third}}]}}
  cancel: {{needs: [{{component: market, gate: first}}]}}
faults:
  loss: {{at: 10min, duration: {}, crash: {{component: engine}}}}
)",
                     grace, outage);
}

TEST(Gated, RidesOutAFailureShorterThanItsGrace) {
  const auto record = simulate(market("9s"));

  EXPECT_EQ(measure(record, "component", "market", "downtime"), 0);
}

TEST(Gated, HaltsAtOnceInFullWhenAFailureOutlastsTheGrace) {
  const auto record = simulate(market("11s"));

  EXPECT_NEAR(*event_at(record, "market", "halted"), 610, 1e-6);
}

TEST(Gated, ReopensGateByGateEachAfterItsHold) {
  const auto record = simulate(market("10min"));

  EXPECT_NEAR(*event_at(record, "market", "first"), 20 * 60, 1e-6);
  EXPECT_NEAR(*event_at(record, "market", "second"), 40 * 60, 1e-6);
  EXPECT_NEAR(*event_at(record, "market", "third"), 70 * 60, 1e-6);
}

TEST(Gated, ServesACapabilityFromTheGateThatItNeeds) {
  const auto record = simulate(market("10min"));

  EXPECT_NEAR(*measure(record, "capability", "cancel", "outage"), 10 * 60 - 10, 1e-6);
  EXPECT_NEAR(*measure(record, "capability", "trade", "outage"), 60 * 60 - 10, 1e-6);
}

TEST(Gated, StartsTheHoldAgainWhenANeedFailsMeanwhile) {
  std::string text = market("10min");
  text += "  again: {at: 35min, duration: 1min, crash: {component: engine}}\n";

  const auto record = simulate(text);

  EXPECT_NEAR(*event_at(record, "market", "second"), (36 + 20) * 60, 1e-6);
}

}  // namespace
}  // namespace chokepoint::sim
