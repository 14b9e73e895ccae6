#include <fmt/format.h>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

std::string council(std::string_view authority, std::string_view faults,
                    std::string_view operators = "{}") {
  return fmt::format(R"(
scenario: authority-test
horizon: 48h
places: {{office: {{}}}}
components:
  council:
    authority:
      {}
  treasury: {{vault: {{assets: 100MUSD, authority: council}}}}
operators: {}
faults:
  order: {{at: 1h, theft: {{component: treasury, calls: [{{after: 0s}}]}}}}
  {}
)",
                     authority, operators, faults);
}

constexpr const char* kTwoOfThree = "{threshold: 2, signers: {ann: {}, bob: {}, eve: {}}}";

double lost(const v1::RunRecord& record) {
  return *measure(record, "component", "treasury", "funds_lost");
}

TEST(Authority, CarriesNothingOutBelowItsThreshold) {
  const auto record = simulate(
      council(kTwoOfThree, "tricked: {at: 1h, compromise: {component: council, signers: [ann]}}"));

  EXPECT_DOUBLE_EQ(lost(record), 0);
}

TEST(Authority, IsCapturedByAsManySignersAsItsThreshold) {
  const auto record = simulate(council(
      kTwoOfThree, "tricked: {at: 1h, compromise: {component: council, signers: [ann, eve]}}"));

  EXPECT_DOUBLE_EQ(lost(record), 100e6);
}

TEST(Authority, WaitsForThoseWhoMustApproveWhateverTheThreshold) {
  const std::string authority =
      "{threshold: 2, signers: {ann: {}, bob: {}, eve: {}, guard: {required: true}}}";
  const std::string all_but =
      "tricked: {at: 1h, compromise: {component: council, signers: [ann, bob, eve]}}";

  EXPECT_DOUBLE_EQ(lost(simulate(council(authority, all_but))), 0);
}

TEST(Authority, CountsApprovalsThatWereCollectedLongBefore) {
  const auto record =
      simulate(council(kTwoOfThree,
                       "early: {at: 0s, compromise: {component: council, signers: [ann]}}\n"
                       "  late: {at: 40h, compromise: {component: council, signers: [bob]}}"));

  EXPECT_DOUBLE_EQ(lost(record), 100e6);
}

TEST(Authority, ForgetsApprovalsThatAreTooOld) {
  const auto record = simulate(
      council("{threshold: 2, approval_lifetime: 90s, signers: {ann: {}, bob: {}, eve: {}}}",
              "early: {at: 0s, compromise: {component: council, signers: [ann]}}\n"
              "  late: {at: 40h, compromise: {component: council, signers: [bob]}}"));

  EXPECT_DOUBLE_EQ(lost(record), 0);
}

constexpr const char* kLocked =
    "{threshold: 2, timelock: 24h, signers: {ann: {}, bob: {}, eve: {}}}";
constexpr const char* kTricked =
    "tricked: {at: 1h, compromise: {component: council, signers: [ann, eve]}}";

TEST(Authority, OnlyDelaysAnOrderThatNobodyCancels) {
  const auto record = simulate(council(kLocked, kTricked));

  EXPECT_DOUBLE_EQ(lost(record), 100e6);
  EXPECT_DOUBLE_EQ(*measure(record, "component", "council", "orders_cancelled"), 0);
}

TEST(Authority, LetsPeopleStrikeOffAnOrderWhileItWaits) {
  const auto record =
      simulate(council(kLocked, kTricked,
                       "{guard: {watches: {component: council, is: pending}, detection: 20h, "
                       "runbook: {veto: {takes: 1h, cancel: {component: council}}}}}"));

  EXPECT_DOUBLE_EQ(lost(record), 0);
  EXPECT_DOUBLE_EQ(*measure(record, "component", "council", "orders_cancelled"), 1);
}

TEST(Authority, CannotTakeBackAnOrderThatIsCarriedOut) {
  const auto record =
      simulate(council(kLocked, kTricked,
                       "{guard: {watches: {component: council, is: pending}, detection: 23h30min, "
                       "runbook: {veto: {takes: 1h, cancel: {component: council}}}}}"));

  EXPECT_DOUBLE_EQ(lost(record), 100e6);
  EXPECT_DOUBLE_EQ(*measure(record, "component", "council", "orders_cancelled"), 0);
}

TEST(Authority, NeedsNewApprovalsAfterACancellation) {
  const auto record = simulate(
      council(kLocked,
              std::string(kTricked) +
                  "\n  again: {at: 25h30min, theft: {component: treasury, calls: [{after: 0s}]}}",
              "{guard: {watches: {component: council, is: pending}, detection: 20h, "
              "runbook: {veto: {takes: 1h, cancel: {component: council}}}}}"));

  EXPECT_DOUBLE_EQ(lost(record), 0);
}

TEST(Authority, IsNotCapturedWhenAttemptsOnItsSignersFail) {
  const auto record = simulate(
      council(kTwoOfThree, "tried: {at: 1h, compromise: {component: council, chance: 0%}}"));

  EXPECT_DOUBLE_EQ(lost(record), 0);
}

TEST(Authority, FallsToACauseThatAllSignersShare) {
  const auto record = simulate(
      council(kTwoOfThree,
              "tried: {at: 1h, compromise: {component: council, chance: 0%, common_cause: 100%}}"));

  EXPECT_DOUBLE_EQ(lost(record), 100e6);
}

}  // namespace
}  // namespace chokepoint::sim
