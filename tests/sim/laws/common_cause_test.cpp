// Signers who fall one by one, or together: k of n with a common cause.
//   P(captured) = c + (1 - c) * sum over j >= k of C(n, j) p^j (1 - p)^(n - j)
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

struct Row {
  int threshold;
  int common_cause;  // percent
  double captured;
};

// Five signers, each brought to sign with a chance of 30 %.
void expect_row(const Row& row) {
  const auto records = simulate_all(fmt::format(R"(
scenario: common-cause
horizon: 1h
traffic: {{tick: 1min, sample: 10min}}
components:
  keys: {{authority: {{threshold: {}, signers: {{a: {{}}, b: {{}}, c: {{}}, d: {{}}, e: {{}}}}}}}}
  safe: {{vault: {{assets: 1MUSD, authority: keys}}}}
faults:
  tried: {{at: 0s, compromise: {{component: keys, chance: 30%, common_cause: {}%}}}}
  theft: {{at: 1min, theft: {{component: safe, calls: [{{after: 0s}}]}}}}
)",
                                                row.threshold, row.common_cause),
                                    600);

  const auto captured = std::count_if(records.begin(), records.end(), [](const auto& record) {
    return *measure(record, "component", "safe", "funds_lost") > 0;
  });
  const double runs = static_cast<double>(records.size());
  const double deviation = std::sqrt(row.captured * (1 - row.captured) / runs);
  EXPECT_NEAR(static_cast<double>(captured) / runs, row.captured, 3 * deviation);
}

TEST(CommonCause, TwoOfFiveFallOneByOne) { expect_row({2, 0, .47178}); }
TEST(CommonCause, FourOfFiveFallOneByOne) { expect_row({4, 0, .03078}); }
TEST(CommonCause, AHigherThresholdBuysLittleAgainstASharedCause) {
  expect_row({4, 20, .2 + .8 * .03078});
}

}  // namespace
}  // namespace chokepoint::sim
