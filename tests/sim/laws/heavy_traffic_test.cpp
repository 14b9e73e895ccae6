// Queues at nine tenths of their capacity, where an average settles slowly: label slow.
#include <gtest/gtest.h>

#include "tests/sim/traffic/one_station.h"

namespace chokepoint::sim::traffic {
namespace {

// Mean wait in units of the mean service time, from tables of Erlang C and of Pollaczek and
// Khinchine.
void expect_wait(int servers, const v1::DrawnDuration& service_time, double wait,
                 double customers) {
  constexpr double kLoad = .9;
  Engine engine(one_station(servers, service_time), Streams(1, 0));
  engine.set_rate(0, kLoad * servers);
  engine.advance(customers / (kLoad * servers));
  const StationTotals& totals = engine.station(0);
  EXPECT_NEAR(totals.wait_sum / totals.served / wait, 1, .03);
}

TEST(HeavyTraffic, WaitsAsErlangCSaysForOneServer) { expect_wait(1, exponential(1), 9, 1.5e7); }
TEST(HeavyTraffic, WaitsAsErlangCSaysForFourServers) {
  expect_wait(4, exponential(1), 1.969383, 1.5e7);
}
TEST(HeavyTraffic, WaitsHalfAsLongWhenServiceNeverVaries) { expect_wait(1, fixed(1), 4.5, 1e7); }

}  // namespace
}  // namespace chokepoint::sim::traffic
