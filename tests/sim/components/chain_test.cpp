#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

std::string chain(std::string_view faults, std::string_view more = "") {
  return fmt::format(R"(
scenario: chain-test
horizon: 2h
places: {{cloud/a: {{racks: 10}}, cloud/b: {{racks: 10}}, homes: {{racks: 10}}}}
components:
  ledger:
    chain:
      {}
      validators:
        big: {{stake: 30%, at: cloud/a, client: alpha}}
        small: {{stake: 25%, at: cloud/b, client: alpha}}
        solo: {{stake: 45%, at: homes, client: beta}}
capabilities: {{pay: {{needs: [ledger]}}}}
users: {{all: {{rate: 10/s, uses: {{pay: 100%}}}}}}
faults:
  {}
)",
                     more, faults);
}

TEST(Chain, GoesOnWithTwoThirdsOfTheStake) {
  const auto record = simulate(chain("loss: {at: 10min, place_loss: {place: cloud/a}}"));

  EXPECT_DOUBLE_EQ(*measure(record, "component", "ledger", "downtime"), 0);
  EXPECT_NEAR(*measure(record, "component", "ledger", "lowest_stake"), 0.7, 1e-9);
}

TEST(Chain, HaltsBelowTwoThirdsOfTheWholeStake) {
  const auto record =
      simulate(chain("loss: {at: 10min, duration: 20min, place_loss: {place: homes}}"));

  EXPECT_DOUBLE_EQ(*measure(record, "component", "ledger", "downtime"), 20 * 60);
  EXPECT_DOUBLE_EQ(*measure(record, "capability", "pay", "outage"), 20 * 60);
  EXPECT_DOUBLE_EQ(*measure(record, "component", "ledger", "halts"), 1);
}

TEST(Chain, LosesStakeInProportionToItsRacks) {
  const auto record = simulate(chain("loss: {at: 10min, place_loss: {place: homes, share: 60%}}"));

  EXPECT_NEAR(*measure(record, "component", "ledger", "lowest_stake"), 1 - 0.45 * 0.6, 1e-9);
}

TEST(Chain, SharesTheBugsOfItsClients) {
  const auto record =
      simulate(chain("bug: {at: 10min, duration: 30min, client_bug: {client: alpha}}"));

  EXPECT_DOUBLE_EQ(*measure(record, "component", "ledger", "downtime"), 30 * 60);
  EXPECT_NEAR(*measure(record, "component", "ledger", "lowest_stake"), 0.45, 1e-9);
}

TEST(Chain, SurvivesTheBugOfAClientThatFewRun) {
  const auto record = simulate(chain("bug: {at: 10min, client_bug: {client: alpha, share: 50%}}"));

  EXPECT_NEAR(*measure(record, "component", "ledger", "lowest_stake"), 0.725, 1e-9);
  EXPECT_DOUBLE_EQ(*measure(record, "component", "ledger", "downtime"), 0);
}

TEST(Chain, TakesARestartAfterAHalt) {
  const auto record = simulate(
      chain("loss: {at: 10min, duration: 20min, place_loss: {place: homes}}", "restart: 1h"));

  EXPECT_DOUBLE_EQ(*measure(record, "component", "ledger", "downtime"), 80 * 60);
}

TEST(Chain, BeginsItsRestartAnewWhenTheStakeGoesAgain) {
  const auto record =
      simulate(chain("loss: {at: 10min, duration: 20min, place_loss: {place: homes}}\n"
                     "  again: {at: 40min, duration: 5min, place_loss: {place: homes}}",
                     "restart: 30min"));

  EXPECT_DOUBLE_EQ(*measure(record, "component", "ledger", "downtime"), (45 + 30 - 10) * 60);
}

TEST(Chain, IsHaltedByAPartitionThatCutsStakeOff) {
  const auto record =
      simulate(chain("cut: {at: 10min, duration: 10min, partition: {place: homes}}"));

  EXPECT_DOUBLE_EQ(*measure(record, "component", "ledger", "downtime"), 10 * 60);
}

}  // namespace
}  // namespace chokepoint::sim
