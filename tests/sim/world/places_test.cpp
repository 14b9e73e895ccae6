#include <gtest/gtest.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

TEST(Places, MayBeCalledWhatTheSimulatorCallsItsOwn) {
  const v1::RunRecord record = simulate(R"(
scenario: names
horizon: 1min
places: {outside: {racks: 1}, world: {racks: 1}, outside/control: {racks: 1}}
components: {shop: {service: {replicas: 1, at: outside}}}
capabilities: {buy: {needs: [shop]}}
faults: {outside-dark: {at: 10s, duration: 20s, place_loss: {place: outside}}}
)");

  EXPECT_GE(measure(record, "capability", "buy", "outage").value_or(0), 20);
}

}  // namespace
}  // namespace chokepoint::sim
