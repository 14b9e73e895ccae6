#include <fmt/format.h>

#include <cmath>

#include "tests/sim/simulate.h"

namespace chokepoint::sim {
namespace {

// A name moves, at 1 h, from something that works to something that does not. The share of the
// clients that still goes to the old one falls evenly to nothing over the time that they keep an
// answer, since they looked it up at evenly spread times.
double mean_level(double ttl, double stale, double keep) {
  const auto record = simulate(fmt::format(R"(
scenario: staleness
horizon: 4h
places: {{here: {{racks: 1}}, there: {{racks: 1}}}}
components:
  old: {{service: {{replicas: 1, at: here}}}}
  new: {{service: {{replicas: 1, at: there}}}}
  name: {{dns: {{answers: {{old: {{}}, new: {{priority: 2}}}}, ttl: {}s, stale: {{share: {}%, keep: {}s}}}}}}
capabilities: {{use: {{needs: [name]}}}}
faults:
  broken: {{at: 0s, crash: {{component: new}}}}
  move: {{at: 1h, dns_change: {{component: name, to: [new]}}}}
)",
                                           ttl, stale * 100, keep));
  return *measure(record, "component", "name", "mean_level");
}

TEST(DnsStaleness, TheShareWithTheOldAnswerFallsEvenlyOverTheTtl) {
  const double ttl = 1800;

  EXPECT_NEAR(mean_level(ttl, 1e-6, ttl), (3600 + ttl / 2) / (4 * 3600), 1e-3);
}

TEST(DnsStaleness, ClientsThatClampKeepItLonger) {
  const double ttl = 600;
  const double keep = 7200;

  EXPECT_NEAR(mean_level(ttl, .3, keep), (3600 + .7 * ttl / 2 + .3 * keep / 2) / (4 * 3600), 1e-3);
}

// A failure is noticed misses - 1 periods and a timeout after the first question that it meets,
// which comes after half a period in the mean.
TEST(HealthCheckLaw, FailoverTakesHalfAPeriodAndTheOtherMissesInTheMean) {
  constexpr std::uint64_t kSeeds = 60;
  const double period = 60;
  const double misses = 3;
  const double timeout = 10;
  double sum = 0;
  for (const v1::RunRecord& record : simulate_all(R"(
scenario: detection
horizon: 1h
places: {here: {racks: 1}, there: {racks: 1}}
components:
  old: {service: {replicas: 1, at: here}}
  new: {service: {replicas: 1, at: there}}
  name:
    dns:
      answers: {old: {}, new: {priority: 2}}
      ttl: 1ms
      failover: {check: {period: 60s, misses: 3, timeout: 10s}}
capabilities: {use: {needs: [name]}}
faults: {broken: {at: 20min, crash: {component: old}}}
)",
                                                  kSeeds)) {
    sum += *measure(record, "component", "name", "downtime");
  }

  const double deviation = period / std::sqrt(12.) / std::sqrt(double{kSeeds});
  EXPECT_NEAR(sum / kSeeds, period / 2 + (misses - 1) * period + timeout, 3 * deviation);
}

}  // namespace
}  // namespace chokepoint::sim
