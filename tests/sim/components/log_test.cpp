#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// Six brokers over two places; one place is lost at minute 10.
std::string six_brokers(std::string_view more_faults, std::string_view operators = "") {
  return fmt::format(R"(
scenario: log-test
horizon: 12h
places: {{r/a: {{}}, r/b: {{}}, r/c: {{}}}}
components:
  log:
    log:
      {{brokers: 6, at: [r/a, r/b], partitions: 60, replication: 2, inflow: 60MB/s, consume_limit: 120MB/s,
       control_plane: {{election: 10s}}, stored_per_broker: 60GB, copy_limit: 100MB/s}}
faults:
  loss: {{at: 10min, place_loss: {{place: r/a}}}}
{}
{}
)",
                     more_faults, operators);
}

constexpr std::string_view kStall = "  stall: {at: 9min, control_plane_stall: {component: log}}";

TEST(Log, MovesLeadershipAwayFromLostBrokersByItself) {
  const auto record = simulate(six_brokers(""));

  EXPECT_NEAR(*event_at(record, "log", "new leaders for 30 partitions"), 610, 1e-6);
  EXPECT_EQ(column(record, "log", "level").back(), 1);
}

TEST(Log, LeavesPartitionsWithoutALeaderWhileItsControlPlaneIsStalled) {
  const auto record = simulate(six_brokers(kStall));

  EXPECT_EQ(column(record, "log", "level").back(), 0.5);
  EXPECT_NEAR(column(record, "log", "lag_s").back(), 12 * 3600 - 600, 61);
}

TEST(Log, DrainsABacklogInTheTimeThatItsHeadroomAllows) {
  const auto record = simulate(six_brokers(kStall, R"(
operators:
  team:
    watches: {component: log, is: degraded}
    detection: 0s
    runbook: {resume: {takes: 2h, resume: {component: log}}}
)"));

  // Leaderless for L = 2 h and 10 s; drained L / (limit / inflow - 1) = L later.
  const double spell = 2 * 3600 + 10;
  EXPECT_NEAR(*event_at(record, "log", "backlog drained"), 600 + 2 * spell, 65);
  EXPECT_NEAR(*measure(record, "component", "log", "lag_peak"), spell, 65);
}

TEST(Log, NeverDrainsWithoutHeadroom) {
  std::string text = six_brokers(kStall, R"(
operators:
  team:
    watches: {component: log, is: degraded}
    runbook: {resume: {takes: 1h, resume: {component: log}}}
)");
  text.replace(text.find("consume_limit: 120MB/s"), 22, "consume_limit: 60MB/s ");

  const auto record = simulate(text);

  EXPECT_FALSE(event_at(record, "log", "backlog drained"));
  EXPECT_GT(column(record, "log", "lag_s").back(), 3000);
}

TEST(Log, TakesEventsAgainAfterLeadershipWasMovedByHand) {
  const auto record = simulate(six_brokers(kStall, R"(
operators:
  team:
    watches: {component: log, is: degraded}
    detection: 0s
    runbook: {move: {takes: 1h, reassign: {component: log, at: r/c}}}
)"));

  EXPECT_NEAR(*event_at(record, "team/move", "done"), 600 + 3600 + 600, 1);  // 60 GB at 100 MB/s
  EXPECT_EQ(measure(record, "component", "log", "members_off_peak"), 3);
  EXPECT_EQ(column(record, "log", "level").back(), 1);
}

TEST(Log, StopsPartitionsWithTooFewReplicasInSync) {
  std::string text = six_brokers("");
  text.replace(text.find("replication: 2"), 14, "replication: 2, min_in_sync: 2");

  const auto record = simulate(text);

  EXPECT_EQ(column(record, "log", "level").back(), 0);
}

}  // namespace
}  // namespace chokepoint::sim
