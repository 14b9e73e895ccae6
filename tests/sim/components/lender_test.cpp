#include <fmt/format.h>

#include <cmath>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// 1,000 MUSD supplied, 800 lent, and a vault with 100 MUSD that is emptied at 1 h.
std::string lender(std::string_view extra, std::string_view faults,
                   std::string_view operators = "") {
  return fmt::format(R"(
scenario: lender-test
horizon: 24h
traffic: {{tick: 1min, sample: 1min}}
components:
  keepers: {{authority: {{threshold: 1, signers: {{one: {{}}}}}}}}
  treasury: {{vault: {{assets: 100MUSD, authority: keepers}}}}
  market:
    lender: {{supplied: 1bnUSD, borrowed: 800MUSD, loan_to_value: 80%{}}}
capabilities: {{withdraw: {{needs: [market]}}}}
users: {{depositors: {{rate: 1/min, uses: {{withdraw: 100%}}}}}}
faults:
  phished: {{at: 0s, compromise: {{component: keepers}}}}
  theft: {{at: 1h, theft: {{component: treasury, calls: [{{}}]}}}}
  {}
{}
)",
                     extra, faults, operators);
}

constexpr std::string_view kProceeds =
    "deposit: {at: 2h, bad_collateral: {component: market, proceeds_of: treasury}}";
constexpr std::string_view kRun =
    ", run: {when: {component: treasury, is: down}, share: 40%, pace: 2h}";

double of_market(const v1::RunRecord& record, std::string_view which) {
  return *measure(record, "component", "market", which);
}

TEST(Lender, LendsAgainstWorthlessCollateralUpToItsLoanToValue) {
  const auto record = simulate(lender("", kProceeds));

  EXPECT_NEAR(of_market(record, "bad_debt"), 80e6, 1);
  EXPECT_NEAR(of_market(record, "utilisation_peak"), .88, 1e-9);
}

TEST(Lender, LendsNothingAgainstWhatWasNotStolen) {
  const auto record = simulate(lender(
      "", "deposit: {at: 30min, bad_collateral: {component: market, proceeds_of: treasury}}"));

  EXPECT_DOUBLE_EQ(of_market(record, "bad_debt"), 0);
}

TEST(Lender, ACapBoundsItsBadDebt) {
  const auto record = simulate(lender(", collateral_cap: 30MUSD", kProceeds));

  EXPECT_NEAR(of_market(record, "bad_debt"), 24e6, 1);
}

TEST(Lender, LendsNoMoreThanIsThere) {
  const auto record = simulate(
      lender("", "deposit: {at: 2h, bad_collateral: {component: market, amount: 5bnUSD}}"));

  EXPECT_NEAR(of_market(record, "bad_debt"), 200e6, 1);
  EXPECT_NEAR(of_market(record, "utilisation_peak"), 1, 1e-9);
}

TEST(Lender, PeopleWhoFreezeItInTimeSaveWhatIsNotYetBorrowed) {
  const auto record = simulate(lender("",
                                      "deposit: {at: 2h, bad_collateral: {component: market, "
                                      "amount: 100MUSD, parts: 10, over: 9h}}",
                                      R"(
operators:
  guardians:
    watches: {fault: deposit, is: injected}
    detection: 270min
    runbook: {freeze: {pause: {component: market}}}
)"));

  EXPECT_NEAR(of_market(record, "bad_debt"), 40e6, 1);
}

TEST(Lender, FreezesByItselfWhenTooMuchIsLent) {
  const auto record = simulate(lender(", freeze: {above: 85%, reaction: 1min}",
                                      "deposit: {at: 2h, bad_collateral: {component: market, "
                                      "amount: 200MUSD, parts: 10, over: 9h}}"));

  EXPECT_NEAR(of_market(record, "bad_debt"), 64e6, 1);
}

// Without new loans, a run of R with time constant T uses up a liquidity of L after -T ln(1 - L /
// R).
TEST(Lender, ARunUsesUpItsLiquidityAfterTheTimeOfTheClosedForm) {
  const auto record =
      simulate(lender(kRun, "none: {at: 23h, demand_surge: {users: depositors, factor: 1x}}"));

  const double expected = 3600 - 2 * 3600 * std::log(1 - 200. / 400);
  ASSERT_TRUE(event_at(record, "withdraw", "down").has_value());
  EXPECT_NEAR(*event_at(record, "withdraw", "down"), expected, 2 * 3600 / 100.);
  EXPECT_NEAR(of_market(record, "utilisation_peak"), 1, 1e-9);
}

TEST(Lender, PaysEverybodyWhileItsLiquidityLasts) {
  const auto record =
      simulate(lender(", run: {when: {component: treasury, is: down}, share: 15%, pace: 2h}",
                      "none: {at: 23h, demand_surge: {users: depositors, factor: 1x}}"));

  EXPECT_DOUBLE_EQ(*measure(record, "capability", "withdraw", "outage"), 0);
  EXPECT_NEAR(of_market(record, "withdrawn"), 150e6, 1e6);
}

TEST(Lender, EveryDollarIsAccountedFor) {
  const auto record = simulate(lender(kRun, kProceeds));

  EXPECT_NEAR(of_market(record, "withdrawn") + of_market(record, "deposits_left"), 1e9, 1);
  EXPECT_NEAR(of_market(record, "withdrawn") + of_market(record, "bad_debt"), 200e6, 1);
  EXPECT_NEAR(of_market(record, "withdrawn") + of_market(record, "withdrawals_waiting"), 400e6,
              1e6);
  EXPECT_NEAR(*measure(record, "component", "treasury", "funds_lost") +
                  *measure(record, "component", "treasury", "funds_left"),
              100e6, 1);
}

}  // namespace
}  // namespace chokepoint::sim
