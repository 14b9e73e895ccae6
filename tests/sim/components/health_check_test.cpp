#include <algorithm>
#include <numeric>

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

// A front that is well, and a store behind it that comes and goes. The front's only standby is
// promoted when its health check has taken all of it out.
constexpr std::string_view kDeep = R"(
scenario: deep
horizon: 10min
places: {a: {}, b: {}, c: {}}
components:
  front:
    service: {replicas: 3, at: a, calls: {store: {timeout: 1s}}}
    health_check: {period: 2s, misses: 2, timeout: 500ms, deep: true}
  store: {quorum: {members: 3, at: b, election_timeout: 100ms, boot: 0s}}
capabilities:
  buy: {needs: [front, store]}
users: {people: {rate: 10/s, uses: {buy: 100%}, patience: 5s}}
faults:
  slow: {at: 1min, duration: 1min, network_delay: {place: b, by: 200ms}}
)";

// By set of overrides, in runs of their own.
std::vector<double> failed(const std::vector<std::vector<std::string>>& overrides) {
  std::vector<Job> jobs;
  for (const auto& set : overrides) jobs.push_back({load(kDeep, {.overrides = set}), {}});
  std::vector<double> all;
  for (const Result<v1::RunRecord>& record : run_forked(jobs, 2)) {
    all.push_back(*measure(*record, "capability", "buy", "failed"));
  }
  return all;
}

TEST(HealthCheck, ThatIsDeepTakesOutWhatCallsSomethingSlow) {
  const std::string slow = "faults.slow.network_delay.by=";
  const auto requests = failed({{slow + "240ms"},
                                {slow + "260ms"},
                                {slow + "260ms", "components.front.health_check.deep=false"}});

  EXPECT_EQ(requests[0], 0);
  EXPECT_EQ(requests[2], 0);  // late, and within the timeout
  // From between 2.5 and 4.5 s after it on until the next probe: 55.5 to 59.5 s.
  EXPECT_GT(requests[1], 10 * 54);
  EXPECT_LT(requests[1], 10 * 61);
}

TEST(HealthCheck, OfAMemberThatTakesNoConnectionInTimeIsUnanswered) {
  const std::vector<std::string> far = {
      "faults.slow.network_delay.place=a", "faults.slow.network_delay.by=110ms",
      "components.front.health_check.deep=false"};
  std::vector<std::string> hasty = far;
  hasty.push_back("components.front.health_check.connect_timeout=200ms");
  const auto requests = failed({far, hasty});

  EXPECT_EQ(requests[0], 0);
  EXPECT_GT(requests[1], 10 * 54);
}

TEST(HealthCheck, PutsAMemberBackWithTheFirstProbeThatItAnswers) {
  std::vector<double> times;
  for (const auto& record : simulate_all(R"(
scenario: back
horizon: 5min
places: {a: {}}
components:
  app:
    service: {replicas: 1, at: a, boot: 0s}
    health_check: {period: 10s, misses: 1, timeout: 0.5s}
capabilities: {use: {needs: [app]}}
users: {people: {rate: 1/s, uses: {use: 100%}}}
traffic: {tick: 100ms, sample: 1s}
faults:
  loss: {at: 1min, duration: 1min, place_loss: {place: a}}
)",
                                         200)) {
    times.push_back(*measure(record, "capability", "use", "recovery_time"));
  }

  const double sum = std::accumulate(times.begin(), times.end(), 0.0);
  EXPECT_GE(*std::min_element(times.begin(), times.end()), 60);
  EXPECT_LE(*std::max_element(times.begin(), times.end()), 71.1);  // a period, and a sample
  EXPECT_NEAR(sum / 200, 65, 1.1);  // half a period; 0.6 for three deviations, half a sample
}

}  // namespace
}  // namespace chokepoint::sim
