// White hats and attackers race for a flaw. With mean times m and a, exponential, and a fix that
// takes f,
//   P(nothing is lost) = exp(-f / a) * a / (a + m),  m = found_in * 10 % / payout share
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

constexpr int kFlaws = 200;

// One vault with many flaws, each of which puts 1 MUSD at risk; attackers need 1 d on average.
std::string race(std::string_view bounty) {
  std::string text = fmt::format(R"(
scenario: race
horizon: 366d
traffic: {{tick: 1h, sample: 1d}}
components:
  keys: {{authority: {{threshold: 1, signers: {{ann: {{}}}}}}}}
  safe: {{vault: {{assets: 1000MUSD, authority: keys, {}}}}}
faults:
)",
                                 bounty);
  for (int flaw = 0; flaw < kFlaws; ++flaw) {
    text += fmt::format(
        "  flaw-{}: {{at: 0s, code_exploit: {{component: safe, found_in: {{exponential: 1d}}, "
        "calls: [{{amount: 1MUSD}}]}}}}\n",
        flaw);
  }
  return text;
}

double of_safe(const v1::RunRecord& record, const char* name) {
  return *measure(record, "component", "safe", name);
}

void expect_share_saved(std::string_view bounty, double expected) {
  const auto record = simulate(race(bounty));

  const double fixed = of_safe(record, "flaws_fixed");
  const double deviation = std::sqrt(expected * (1 - expected) / kFlaws);
  EXPECT_NEAR(fixed / kFlaws, expected, 3 * deviation);
  EXPECT_NEAR(of_safe(record, "funds_lost"), (kFlaws - fixed) * 1e6, 1);
}

TEST(Bounty, LosesEveryRaceWithoutOne) {
  const auto record = simulate(race("monitor: 1000d"));

  EXPECT_NEAR(of_safe(record, "funds_lost"), kFlaws * 1e6, 1);
}

TEST(Bounty, WinsHalfOfTheRacesAgainstAttackersWhoNeedAsLong) {
  expect_share_saved("bounty: {share: 10%, found_in: 1d}", 0.5);
}

TEST(Bounty, WinsMoreRacesWhenItPaysMore) {
  expect_share_saved("bounty: {share: 40%, found_in: 1d}", 4.0 / 5);
}

TEST(Bounty, WinsFewRacesWhenItsCapIsFarBelowWhatIsAtRisk) {
  expect_share_saved("bounty: {share: 10%, cap: 10kUSD, found_in: 1d}", 1.0 / 11);
}

TEST(Bounty, IsRaisedByItsFloor) {
  expect_share_saved("bounty: {share: 1%, floor: 300kUSD, found_in: 1d}", 3.0 / 4);
}

TEST(Bounty, CanStillBeTooLateWhileTheFlawIsNotFixed) {
  expect_share_saved("bounty: {share: 10%, found_in: 1d, fixed_in: 1d}", std::exp(-1) / 2);
}

TEST(Bounty, PaysItsShareForEachReportAndNothingOutOfTheAssets) {
  const auto record = simulate(race("bounty: {share: 25%, found_in: 1d}"));

  EXPECT_NEAR(of_safe(record, "bounty_paid"), of_safe(record, "flaws_fixed") * 250e3, 1);
  EXPECT_NEAR(of_safe(record, "funds_left") + of_safe(record, "funds_lost"), 1000e6, 1);
}

TEST(Bounty, DoesNotReachStolenKeys) {
  const auto record = simulate(R"(
scenario: stolen
horizon: 2d
components:
  keys: {authority: {threshold: 1, signers: {ann: {}}}}
  safe: {vault: {assets: 1MUSD, authority: keys, bounty: {share: 100%, found_in: 1s}}}
faults:
  stolen: {at: 1d, compromise: {component: keys}}
  theft: {at: 1d, theft: {component: safe, calls: [{after: 0s}]}}
)");

  EXPECT_DOUBLE_EQ(of_safe(record, "funds_lost"), 1e6);
  EXPECT_DOUBLE_EQ(of_safe(record, "bounty_paid"), 0);
}

}  // namespace
}  // namespace chokepoint::sim
