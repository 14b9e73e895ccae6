#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// 10,000 leases of 20 min, renewed every 5 min, with what stands in `extra` and an outage of what
// renewals need from 1 h on.
std::string leases(std::string_view extra, std::string_view outage,
                   std::string_view operators = "") {
  return fmt::format(R"(
scenario: leases-test
horizon: 6h
places: {{hall: {{racks: 4}}}}
components:
  store: {{service: {{replicas: 1, at: hall, boot: 0s}}}}
  hosts:
    leases:
      {{holders: 10000, length: 20min, renewed_every: 5min, renews_with: [store], {}}}
capabilities: {{launch: {{needs: [{{component: hosts, at_least: 99%}}]}}}}
faults: {{outage: {{at: 1h, duration: {}, crash: {{component: store}}}}}}
{}
)",
                     extra, outage, operators);
}

double of_hosts(const v1::RunRecord& record, std::string_view which) {
  return *measure(record, "component", "hosts", which);
}

TEST(Leases, OutlastAnOutageThatIsShorterThanTheyAre) {
  const auto record = simulate(leases("capacity: 1000/s", "14min"));

  EXPECT_DOUBLE_EQ(of_hosts(record, "lowest_level"), 1);
}

TEST(Leases, EndOneAfterTheOtherInALongOutage) {
  const auto record = simulate(leases("capacity: 1000/s", "1h"));

  // The first ends 15 min after the beginning, the last 20 min; all are back at once afterwards.
  EXPECT_DOUBLE_EQ(of_hosts(record, "lowest_level"), 0);
  EXPECT_NEAR(of_hosts(record, "downtime"), 40 * 60, 20);
  EXPECT_NEAR(*measure(record, "capability", "launch", "outage"), 45 * 60, 60);
}

TEST(Leases, ComeBackAsAHerdAtTheRateOfTheirService) {
  // 10,000 new leases of 20 renewals each at 1,000/s: 200 s, within the timeout.
  const auto record = simulate(leases("capacity: 1000/s, new_lease: 20x, timeout: 5min", "1h"));

  EXPECT_LT(of_hosts(record, "work_in_vain"), .02);
  EXPECT_NEAR(*measure(record, "capability", "launch", "outage"), 45 * 60 + 300, 60);
}

TEST(Leases, CollapseWhenTheHerdTakesLongerThanItsTimeout) {
  const auto record = simulate(leases("capacity: 1000/s, new_lease: 200x, timeout: 5min", "1h"));

  EXPECT_GT(of_hosts(record, "work_in_vain"), .5);
  EXPECT_GT(*measure(record, "capability", "launch", "outage"), 4 * 3600);
}

TEST(Leases, RecoverFromCollapseOnceTheQueueIsEmptiedAndRequestsAreHeldBack) {
  const auto record = simulate(leases("capacity: 1000/s, new_lease: 200x, timeout: 5min", "1h", R"(
operators:
  team:
    watches: {component: hosts, is: down}
    detection: 90min
    runbook:
      throttle: {throttle: {component: hosts, to: 4/s}}
      shed: {after: throttle, shed: {component: hosts}}
)"));

  EXPECT_TRUE(event_at(record, "hosts", "queue of").has_value());
  EXPECT_LT(*measure(record, "capability", "launch", "outage"), 3 * 3600);
}

TEST(Leases, NeverCollapseWhenAdmissionIsLimitedFromTheStart) {
  const auto record =
      simulate(leases("capacity: 1000/s, new_lease: 200x, timeout: 5min, admit: 4/s", "1h"));

  EXPECT_LT(of_hosts(record, "work_in_vain"), .02);
  EXPECT_LT(*measure(record, "capability", "launch", "outage"), 2 * 3600);
}

TEST(Leases, AreNotRenewedWhileTheirServiceIsStalled) {
  const auto record = simulate(R"(
scenario: leases-test
horizon: 2h
components: {hosts: {leases: {holders: 50, length: 10min, renewed_every: 5min, capacity: 1/s}}}
capabilities: {launch: {needs: [hosts]}}
faults: {stall: {at: 30min, duration: 30min, control_plane_stall: {component: hosts}}}
)");

  EXPECT_NEAR(of_hosts(record, "downtime"), 20 * 60, 15);
}

}  // namespace
}  // namespace chokepoint::sim
