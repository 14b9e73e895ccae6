// Retry storms: the regions of an M/M/1 queue with timeouts and retries, and a published
// experiment.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/sim/traffic/one_station.h"

namespace chokepoint::sim::traffic {
namespace {

// M/M/1 with rate mu, timeout tau and r retries at once. Stable below mu / (r + 1); vulnerable up
// to lambda*, the largest rate with a fixed point of le = lambda (1 + p + ... + p^r), p = exp(-(mu
// - le) tau); collapsing above.
struct Storm {
  double mu;
  double tau;
  std::uint32_t retries;
};

// Share of the requests that succeed late in the run, with or without an outage early in it.
double success(const Storm& storm, double lambda, bool has_trigger) {
  Model model = one_station(1, exponential(1 / storm.mu));
  model.flows[0].patience = storm.tau;
  model.flows[0].retry.attempts = storm.retries;
  Engine engine(model, Streams(1, 0));
  engine.set_rate(0, lambda);
  engine.advance(200 * storm.tau);
  if (has_trigger) {
    engine.set_servers(0, 0);
    engine.advance(engine.now() + 20 * storm.tau);
    engine.set_servers(0, 1);
  }
  engine.advance(engine.now() + 400 * storm.tau);
  const FlowTotals before = engine.flow(0);
  engine.advance(engine.now() + 200 * storm.tau);
  const FlowTotals& after = engine.flow(0);
  const double succeeded = after.succeeded - before.succeeded;
  return succeeded / (succeeded + after.failed - before.failed);
}

constexpr Storm kReadme{.mu = 10, .tau = 3, .retries = 4};  // vulnerable from 2.0 to 8.57

TEST(RetryStorm, StableQueueRecoversFromATrigger) { EXPECT_GT(success(kReadme, 1.5, true), .99); }
TEST(RetryStorm, VulnerableQueueIsFineUntilItIsTriggered) {
  EXPECT_GT(success(kReadme, 5, false), .99);
}
TEST(RetryStorm, VulnerableQueueStaysDownAfterATrigger) {
  EXPECT_LT(success(kReadme, 5, true), .2);
}
TEST(RetryStorm, OverloadedQueueCollapsesByItself) { EXPECT_LT(success(kReadme, 9.5, false), .2); }

constexpr Storm kQuick{.mu = 100, .tau = 1, .retries = 3};  // vulnerable from 25 to 94.4

TEST(RetryStorm, FastQueueIsStableBelowTheFirstBound) { EXPECT_GT(success(kQuick, 20, true), .99); }
TEST(RetryStorm, FastQueueIsVulnerableBetweenTheBounds) {
  EXPECT_GT(success(kQuick, 60, false), .99);
  EXPECT_LT(success(kQuick, 60, true), .2);
}
TEST(RetryStorm, FastQueueCollapsesAboveTheSecondBound) {
  EXPECT_LT(success(kQuick, 98, false), .2);
}

// With each attempt failing with probability p, independently: (1 - p^(r+1)) / (1 - p) attempts.
TEST(RetryStorm, AmplifiesAsTheGeometricSumSays) {
  Model model = one_station(1e6, fixed(1e-3));
  model.flows[0].retry.attempts = 3;
  Engine engine(model, Streams(1, 0));
  engine.set_failing(0, .5, 0);
  engine.set_rate(0, 1000);

  engine.advance(300);

  EXPECT_NEAR(engine.flow(0).attempts / engine.flow(0).requests, 1.875, .01);
}

TEST(RetryStorm, ThreeLayersOfThreeAttemptsMakeTwentySeven) {
  Model model = one_station(1e6, fixed(1e-3));
  model.stations.push_back({.name = "b", .servers = 1e6, .service_time = fixed(1e-3)});
  model.stations.push_back({.name = "c", .servers = 1e6, .service_time = fixed(1e-3)});
  model.stations[0].calls.push_back({.to = 1, .retry = {.attempts = 2}});
  model.stations[1].calls.push_back({.to = 2, .retry = {.attempts = 2}});
  model.flows[0].retry.attempts = 2;
  Engine engine(model, Streams(1, 0));
  engine.set_failing(2, 1, 0);
  engine.set_rate(0, 100);

  engine.advance(100);
  engine.set_rate(0, 0);
  engine.advance(200);

  EXPECT_DOUBLE_EQ(engine.station(2).arrived, 27 * engine.flow(0).requests);
}

// Bronson et al. / Huang et al., "Metastable failures in the wild" (OSDI 2022), MongoDB replication
// experiment: inserts at 13,333/s (10,000/s in the last), timeout 3 s, 4 resends; the primary is
// limited from 2 CPUs to a share for a while. Two parameters: operations per second and CPU, and a
// ceiling.
struct Experiment {
  double rate;
  double cpus;
  double lasts;
};

bool recovers(const Experiment& experiment) {
  constexpr double kPerCpu = 22500;
  constexpr double kCeiling = 16000;
  Model model;
  model.tick = 0.02;
  model.arrivals = Arrivals::regular;
  model.stations.push_back({.name = "primary", .servers = 1, .service_time = fixed(1 / kCeiling)});
  model.flows.push_back({.name = "inserts", .entry = 0, .patience = 3, .retry = {.attempts = 4}});
  Engine engine(model, Streams(1, 0));
  engine.set_rate(0, experiment.rate);
  engine.advance(20);
  engine.set_speed(0, std::min(1.0, kPerCpu * experiment.cpus / kCeiling));
  engine.advance(20 + experiment.lasts);
  engine.set_speed(0, 1);
  engine.advance(150);
  const FlowTotals before = engine.flow(0);
  engine.advance(160);
  const FlowTotals& after = engine.flow(0);
  return after.succeeded - before.succeeded > 0.9 * (after.requests - before.requests);
}

TEST(MetastableExperiment, RecoversFromTheBaselineTrigger) {
  EXPECT_TRUE(recovers({.rate = 13333, .cpus = .45, .lasts = 10}));
}
TEST(MetastableExperiment, StaysDownAfterTheStrongerTrigger) {
  EXPECT_FALSE(recovers({.rate = 13333, .cpus = .40, .lasts = 10}));
}
TEST(MetastableExperiment, RecoversFromTheShorterTrigger) {
  EXPECT_TRUE(recovers({.rate = 13333, .cpus = .40, .lasts = 9}));
}
TEST(MetastableExperiment, RecoversAtTheLowerLoad) {
  EXPECT_TRUE(recovers({.rate = 10000, .cpus = .40, .lasts = 10}));
}

}  // namespace
}  // namespace chokepoint::sim::traffic
