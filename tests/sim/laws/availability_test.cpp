// Availability and repair against closed forms: k of n, common cause, machine repairman.
#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

std::string repairman(int machines, std::string_view crews, std::string_view horizon = "12d") {
  return fmt::format(R"(
scenario: repairman
horizon: {}
traffic: {{tick: 1h, sample: 1h}}
places: {{shop: {{racks: 10}}}}
components:
  machines: {{service: {{replicas: {}, at: shop, boot: 0s}}}}
faults:
  wear:
    at: 0s
    random_failures: {{component: machines, time_to_failure: {{exponential: 100s}}, repair: {{exponential: 10s}}{}}}
)",
                     horizon, machines, crews);
}

struct Row {
  int machines;
  const char* crews;
  double down;       // mean number of machines that are off
  double none_down;  // share of the time with none off
};

void expect_row(const Row& row) {
  const auto record = simulate(repairman(row.machines, row.crews));

  EXPECT_NEAR(*measure(record, "component", "machines", "members_off_mean") / row.down, 1, 0.03);
  EXPECT_NEAR(*measure(record, "component", "machines", "all_on") / row.none_down, 1, 0.03);
}

TEST(MachineRepairman, FiveMachinesOneCrew) { expect_row({5, ", crews: 1", .63952177, .56395218}); }
TEST(MachineRepairman, FiveMachinesTwoCrews) {
  expect_row({5, ", crews: 2", .46479440, .61859178});
}
TEST(MachineRepairman, TenMachinesOneCrew) {
  expect_row({10, ", crews: 1", 2.14582343, .21458234});
}
TEST(MachineRepairman, TenMachinesTwoCrews) {
  expect_row({10, ", crews: 2", 1.03863782, .36795459});
}
TEST(MachineRepairman, TenMachinesACrewForEach) { expect_row({10, "", .90909091, .38554329}); }

// A majority of independent members that are each on for the share A of the time.
std::string voters(int members, int votes) {
  return fmt::format(R"(
scenario: k-of-n
horizon: 12d
traffic: {{tick: 1h, sample: 1h}}
places: {{shop: {{racks: 10}}}}
components:
  voters: {{quorum: {{members: {}, votes: {}, at: shop, boot: 0s, election_timeout: 0s}}}}
faults:
  wear:
    at: 0s
    random_failures: {{component: voters, time_to_failure: {{exponential: 90s}}, repair: {{exponential: 10s}}}}
)",
                     members, votes);
}

TEST(KOfN, TwoOfThreeAtNinetyPercent) {
  const auto record = simulate(voters(3, 2));
  EXPECT_NEAR(1 - *measure(record, "component", "voters", "mean_level"), 1 - .972, .028 * .05);
}

TEST(KOfN, ThreeOfFiveAtNinetyPercent) {
  const auto record = simulate(voters(5, 3));
  EXPECT_NEAR(1 - *measure(record, "component", "voters", "mean_level"), 1 - .99144, .00856 * .08);
}

TEST(KOfN, SharedFateIsFarWorseThanIndependence) {
  // Each place is off for about the same share of the time as each member would be alone; with all
  // three members in one place the quorum is off whenever the place is, instead of 2 of 3.
  const auto apart = R"(
scenario: apart
horizon: 1h
places: {r/a: {}, r/b: {}, r/c: {}}
components: {voters: {quorum: {members: 3, at: [r/a, r/b, r/c], boot: 0s, election_timeout: 0s}}}
faults: {loss: {at: 10min, duration: 10min, place_loss: {place: r/a}}}
)";
  const auto together = R"(
scenario: together
horizon: 1h
places: {r/a: {}, r/b: {}, r/c: {}}
components: {voters: {quorum: {members: 3, at: [r/a], boot: 0s, election_timeout: 0s}}}
faults: {loss: {at: 10min, duration: 10min, place_loss: {place: r/a}}}
)";
  const auto records = run_forked(
      {{.scenario = load(apart), .options = {}}, {.scenario = load(together), .options = {}}}, 2);

  EXPECT_EQ(measure(*records[0], "component", "voters", "downtime"), 0);
  EXPECT_NEAR(*measure(*records[1], "component", "voters", "downtime"), 600, 1e-3);
}

}  // namespace
}  // namespace chokepoint::sim
