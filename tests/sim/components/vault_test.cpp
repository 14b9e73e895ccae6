#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// Everything of the authority's is in the attacker's hand at 1 h.
std::string vault(std::string_view limits, std::string_view theft,
                  std::string_view operators = "{}") {
  return fmt::format(R"(
scenario: vault-test
horizon: 6h
places: {{office: {{}}}}
components:
  keys: {{authority: {{threshold: 1, signers: {{ann: {{}}}}}}}}
  treasury:
    vault:
      assets: 100MUSD
      authority: keys
      {}
capabilities: {{withdraw: {{needs: [treasury]}}}}
users: {{holders: {{rate: 1/min, uses: {{withdraw: 100%}}}}}}
operators: {}
faults:
  stolen: {{at: 1h, compromise: {{component: keys, signers: [ann]}}}}
  theft: {{at: 1h, theft: {{component: treasury, {}}}}}
)",
                     limits, operators, theft);
}

double of_treasury(const v1::RunRecord& record, const char* name) {
  return *measure(record, "component", "treasury", name);
}

void expect_nothing_vanishes(const v1::RunRecord& record) {
  EXPECT_NEAR(of_treasury(record, "funds_left") + of_treasury(record, "funds_lost"), 100e6, 0.01);
}

TEST(Vault, ReleasesWhatACapturedAuthorityOrders) {
  const auto record = simulate(vault("", "calls: [{after: 0s, amount: 30MUSD}, {after: 1h}]"));

  EXPECT_DOUBLE_EQ(of_treasury(record, "funds_lost"), 100e6);
  EXPECT_DOUBLE_EQ(of_treasury(record, "all_lost_within"), 3600);
  expect_nothing_vanishes(record);
}

TEST(Vault, IsDrainedInEqualCalls) {
  const auto record =
      simulate(vault("", "drain: {calls: 11, after: 1min, over: 10min, amount: 55MUSD}"));

  EXPECT_NEAR(of_treasury(record, "funds_lost"), 55e6, 0.01);
  EXPECT_NEAR(of_treasury(record, "all_lost_within"), 600, 1e-6);
  EXPECT_NEAR(of_treasury(record, "half_lost_within"), 300, 1e-6);
  expect_nothing_vanishes(record);
}

TEST(Vault, LetsGoNoMoreThanItHolds) {
  const auto record =
      simulate(vault("", "calls: [{after: 0s, amount: 300MUSD}, {after: 1h, amount: 1MUSD}]"));

  EXPECT_DOUBLE_EQ(of_treasury(record, "funds_lost"), 100e6);
  EXPECT_DOUBLE_EQ(of_treasury(record, "releases_refused"), 1);
  expect_nothing_vanishes(record);
}

TEST(Vault, LimitsEachTransfer) {
  const auto record =
      simulate(vault("per_transfer: 2MUSD", "drain: {calls: 5, over: 10min, amount: 50MUSD}"));

  EXPECT_DOUBLE_EQ(of_treasury(record, "funds_lost"), 10e6);
}

TEST(Vault, LimitsWhatLeavesInAnyWindow) {
  const auto record = simulate(vault("per_window: {amount: 5MUSD, window: 1h}",
                                     "calls: [{after: 0s}, {after: 59min}, {after: 61min}]"));

  EXPECT_DOUBLE_EQ(of_treasury(record, "funds_lost"), 10e6);
  EXPECT_DOUBLE_EQ(of_treasury(record, "releases_refused"), 1);
}

TEST(Vault, LosesItsLimitsToAnAuthorityThatCanLiftThem) {
  const auto record = simulate(vault("per_transfer: 2MUSD\n      limits_lifted_in: 20s",
                                     "calls: [{after: 10s}, {after: 30s}]"));

  EXPECT_DOUBLE_EQ(of_treasury(record, "funds_lost"), 100e6);
}

TEST(Vault, PausesWhenTooMuchLeavesAtOnce) {
  const auto record = simulate(vault("breaker: {share: 5%, window: 1min, reaction: 30s}",
                                     "drain: {calls: 101, over: 10min, amount: 100MUSD}"));

  // Ten calls a minute of 1 % less a little; past 5 % at the sixth, and 5 calls in the reaction.
  EXPECT_NEAR(of_treasury(record, "funds_lost"), 11 * 100e6 / 101, 100e6 / 101 + 1);
  EXPECT_DOUBLE_EQ(of_treasury(record, "lowest_level"), 0);
  expect_nothing_vanishes(record);
}

TEST(Vault, IsNotPausedBySlowTheft) {
  const auto record = simulate(vault("breaker: {share: 5%, window: 1min, reaction: 30s}",
                                     "drain: {calls: 101, over: 3h, amount: 100MUSD}"));

  EXPECT_NEAR(of_treasury(record, "funds_lost"), 100e6, 0.01);
}

TEST(Vault, PausesAfterAReleaseThatNothingBacks) {
  const auto record =
      simulate(vault("monitor: 60s",
                     "calls: [{after: 0s, amount: 1MUSD}, {after: 59s, amount: 1MUSD}, "
                     "{after: 61s, amount: 1MUSD}]"));

  EXPECT_DOUBLE_EQ(of_treasury(record, "funds_lost"), 2e6);
}

TEST(Vault, ServesNobodyOncePeoplePauseIt) {
  const auto record =
      simulate(vault("", "calls: [{after: 0s, amount: 40MUSD}, {after: 1h}]",
                     "{team: {watches: {component: treasury, below: 90%}, detection: 20min, "
                     "runbook: {stop: {takes: 10min, pause: {component: treasury}}}}}"));

  EXPECT_DOUBLE_EQ(of_treasury(record, "funds_lost"), 40e6);
  EXPECT_DOUBLE_EQ(*measure(record, "capability", "withdraw", "outage"), 4.5 * 3600);
}

TEST(Vault, LendsNoMoreThanMadeUpCollateralCouldBeSoldFor) {
  const auto record = simulate(vault("collateral_depth: 10x",
                                     "collateral_market: 500USD, calls: [{after: 0s, amount: "
                                     "3kUSD}, {after: 1min}, {after: 2min}]"));

  EXPECT_NEAR(of_treasury(record, "funds_lost"), 5000, 0.01);
  EXPECT_DOUBLE_EQ(of_treasury(record, "releases_refused"), 1);
}

TEST(Vault, AsksNothingOfCollateralWhenThePowerToLiftItsLimitsWasTaken) {
  const auto record = simulate(vault("collateral_depth: 10x\n      limits_lifted_in: 20s",
                                     "collateral_market: 500USD, calls: [{after: 1min}]"));

  EXPECT_DOUBLE_EQ(of_treasury(record, "funds_lost"), 100e6);
}

TEST(Vault, ReleasesAgainOncePeopleResumeIt) {
  const auto record = simulate(
      vault("", "calls: [{after: 0s, amount: 40MUSD}]",
            "{team: {watches: {component: treasury, below: 90%}, detection: 20min, runbook: "
            "{stop: {pause: {component: treasury}}, "
            "go-on: {after: stop, takes: 1h, resume: {component: treasury}}}}}"));

  EXPECT_DOUBLE_EQ(*measure(record, "capability", "withdraw", "outage"), 3600);
}

TEST(Vault, RefusesItsOwnersToo) {
  // Two an hour of 3 MUSD, and 5 MUSD may leave in six hours: one fits, all others do not.
  const auto record = simulate(vault(
      "per_window: {amount: 5MUSD, window: 6h}\n      honest: {pay: {amount: 3MUSD, every: 30min}}",
      "calls: [{after: 4h, amount: 1MUSD}]"));

  EXPECT_DOUBLE_EQ(of_treasury(record, "honest_released"), 3e6);
  EXPECT_GE(of_treasury(record, "honest_blocked"), 3 * 3e6);
  EXPECT_DOUBLE_EQ(of_treasury(record, "funds_lost"), 1e6);
  expect_nothing_vanishes(record);
}

TEST(Vault, IsPausedByItsOwnersWhenTheyTripItsBreaker) {
  const auto record =
      simulate(vault("breaker: {share: 5%, window: 1h, reaction: 0s}\n      honest: {pay: {amount: "
                     "6MUSD, every: 1min}}",
                     "calls: [{after: 4h, amount: 1MUSD}]"));

  EXPECT_DOUBLE_EQ(of_treasury(record, "honest_released"), 6e6);
  EXPECT_DOUBLE_EQ(of_treasury(record, "funds_lost"), 0);
}

TEST(Vault, PaysNothingMoreOnceTheTheftIsReverted) {
  const auto record = simulate(R"(
scenario: vault-test
horizon: 6h
places: {office: {}}
components:
  keys: {authority: {threshold: 1, signers: {ann: {}}}}
  treasury: {vault: {assets: 100MUSD, authority: keys}}
faults:
  stolen: {at: 1h, compromise: {component: keys, signers: [ann]}}
  theft: {at: 1h, duration: 30min, theft: {component: treasury, calls: [{after: 0s, amount: 1MUSD}, {after: 1h}]}}
)");

  EXPECT_DOUBLE_EQ(of_treasury(record, "funds_lost"), 1e6);
}

}  // namespace
}  // namespace chokepoint::sim
