#include <algorithm>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// With one replica lost out of one and an automatic standby that needs no time, the downtime is the
// detection time.
constexpr std::string_view kText = R"(
scenario: detection
horizon: 10min
places: {a: {}, b: {}}
components:
  app:
    service: {replicas: 1, at: a}
    health_check: {period: 10s, misses: 3, timeout: 0.5s}
    standby: {at: b, promotion: 0s, automatic: true}
faults:
  loss: {at: 1min, place_loss: {place: a}}
)";

TEST(HealthCheck, DetectsBetweenMissesMinusOneAndMissesPeriods) {
  std::vector<double> times;
  for (const auto& record : simulate_all(kText, 200)) {
    times.push_back(*measure(record, "component", "app", "downtime"));
  }

  EXPECT_GE(*std::min_element(times.begin(), times.end()), 20.5);
  EXPECT_LE(*std::max_element(times.begin(), times.end()), 30.5);
  double sum = 0;
  for (const double time : times) sum += time;
  EXPECT_NEAR(sum / 200, 25.5,
              0.6);  // (misses - 1/2) periods and the timeout; 3 deviations of the mean
}

}  // namespace
}  // namespace chokepoint::sim
