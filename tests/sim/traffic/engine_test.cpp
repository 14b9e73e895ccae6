#include "sim/traffic/engine.h"

#include <gtest/gtest.h>

#include "tests/sim/traffic/one_station.h"

namespace chokepoint::sim::traffic {
namespace {

// A front station that calls a back station; cohorts of a tick, or every request alone.
Model chain(bool discrete) {
  Model model;
  model.tick = 1;
  model.discrete = discrete;
  model.stations.push_back({.name = "front", .servers = 20, .service_time = fixed(.01)});
  model.stations.push_back({.name = "back", .servers = 10, .service_time = fixed(.05)});
  model.stations[0].calls.push_back({.to = 1, .timeout = 2});
  model.flows.push_back({.name = "users", .entry = 0, .patience = 5});
  return model;
}

FlowTotals run_through_outage(Model model, std::uint64_t seed = 1) {
  Engine engine(std::move(model), Streams(seed, 0));
  engine.set_rate(0, 100);
  engine.advance(100);
  engine.set_servers(1, 0);
  engine.advance(160);
  engine.set_servers(1, 10);
  engine.advance(600);
  engine.set_rate(0, 0);
  engine.advance(2000);
  return engine.flow(0);
}

class BothWays : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Engine, BothWays, testing::Bool(),
                         [](const auto& way) { return way.param ? "Discrete" : "Cohorts"; });

TEST_P(BothWays, EveryRequestComesToAnEnd) {
  Model model = chain(GetParam());
  model.flows[0].retry = {.attempts = 2, .backoff = 1, .jitter = 1};

  const FlowTotals totals = run_through_outage(model);

  EXPECT_NEAR(totals.requests, totals.succeeded + totals.failed, 1e-6 * totals.requests);
  EXPECT_GT(totals.failed, 0);
}

TEST_P(BothWays, AttemptsAreRequestsAndRetries) {
  Model model = chain(GetParam());
  model.flows[0].retry = {.attempts = 2, .backoff = 1};

  const FlowTotals totals = run_through_outage(model);

  EXPECT_NEAR(totals.attempts, totals.succeeded + totals.rejected + totals.timed_out,
              1e-6 * totals.attempts);
}

TEST_P(BothWays, TheSameSeedGivesTheSameTotals) {
  const FlowTotals one = run_through_outage(chain(GetParam()), 7);
  const FlowTotals two = run_through_outage(chain(GetParam()), 7);

  EXPECT_EQ(one.requests, two.requests);
  EXPECT_EQ(one.succeeded, two.succeeded);
  EXPECT_EQ(one.latency_sum, two.latency_sum);
}

TEST_P(BothWays, AnotherSeedGivesOtherTotals) {
  EXPECT_NE(run_through_outage(chain(GetParam()), 7).requests,
            run_through_outage(chain(GetParam()), 8).requests);
}

TEST(Engine, CohortsAgreeWithSingleRequestsThroughAnOutage) {
  const FlowTotals cohorts = run_through_outage(chain(false));
  const FlowTotals alone = run_through_outage(chain(true));

  EXPECT_NEAR(cohorts.succeeded / cohorts.requests, alone.succeeded / alone.requests, .01);
}

TEST(Engine, CohortsAgreeWithSingleRequestsUnderOverload) {
  for (const double rate : {180.0, 220.0, 300.0}) {
    double shares[2];
    for (const bool discrete : {false, true}) {
      Model model = chain(discrete);
      model.stations[1].queue_limit = 100;
      Engine engine(model, Streams(1, 0));
      engine.set_rate(0, rate);
      engine.advance(500);
      shares[discrete ? 1 : 0] = engine.flow(0).succeeded / engine.flow(0).requests;
    }
    EXPECT_NEAR(shares[0], shares[1], .01) << rate;
  }
}

TEST(Engine, SteppingDoesNotChangeDiscreteRuns) {
  Engine one(chain(true), Streams(1, 0));
  Engine two(chain(true), Streams(1, 0));
  one.set_rate(0, 100);
  two.set_rate(0, 100);

  one.advance(100);
  for (const double stop : {3.0, 7.7, 50.0, 100.0}) two.advance(stop);

  EXPECT_EQ(one.flow(0).succeeded, two.flow(0).succeeded);
  EXPECT_EQ(one.flow(0).latency_sum, two.flow(0).latency_sum);
}

TEST_P(BothWays, WorkForCallersWhoGaveUpIsWasted) {
  Model model = chain(GetParam());
  Engine engine(model, Streams(1, 0));
  engine.set_rate(0, 100);
  engine.advance(100);
  engine.set_servers(1, 0);
  engine.advance(110);
  engine.set_servers(1, 10);
  engine.advance(300);

  // What came in the 10 s minus the timeout was given up and served all the same.
  EXPECT_GT(engine.station(1).wasted, 600);
  EXPECT_LT(engine.station(1).wasted, 2500);
}

TEST_P(BothWays, AQueueLimitRefusesWhatDoesNotFit) {
  Model model = chain(GetParam());
  model.stations[1].queue_limit = 50;
  Engine engine(model, Streams(1, 0));
  engine.set_rate(0, 300);
  engine.advance(200);

  EXPECT_NEAR(engine.station(1).refused / engine.station(1).arrived, 1.0 / 3, .02);
  EXPECT_LE(engine.queue_length(1), 301);
}

TEST_P(BothWays, SheddingKeepsWaitsShort) {
  Model model = chain(GetParam());
  model.stations[1].shed_above = .5;
  Engine engine(model, Streams(1, 0));
  engine.set_rate(0, 300);
  engine.advance(200);

  EXPECT_NEAR(engine.station(1).refused / engine.station(1).arrived, 1.0 / 3, .02);
  EXPECT_LE(engine.station(1).wait_sum / engine.station(1).served, 1);
}

TEST_P(BothWays, AConcurrencyLimitCountsRequestsThatWaitForCalls) {
  Model model = chain(GetParam());
  model.stations[0].concurrency_limit = 60;
  Engine engine(model, Streams(1, 0));
  engine.set_rate(0, 100);
  engine.advance(100);
  EXPECT_EQ(engine.station(0).refused, 0);

  engine.set_servers(1,
                     0);  // calls now take their whole timeout of 2 s: 200 at once would be inside
  engine.advance(200);

  EXPECT_GT(engine.station(0).refused, 3000);
}

TEST_P(BothWays, ABreakerSparesWhatIsDown) {
  for (const bool has_breaker : {false, true}) {
    Model model = chain(GetParam());
    if (has_breaker) model.stations[0].calls[0].breaker = Breaker{};
    Engine engine(model, Streams(1, 0));
    engine.set_failing(1, 1, 0);
    engine.set_rate(0, 100);
    engine.advance(1000);

    const double share = engine.station(1).arrived / engine.flow(0).requests;
    if (has_breaker) {
      EXPECT_LT(share, .2);
    } else {
      EXPECT_NEAR(share, 1, .01);
    }
  }
}

TEST_P(BothWays, ABreakerClosesAgainWhenCallsSucceed) {
  Model model = chain(GetParam());
  model.stations[0].calls[0].breaker = Breaker{};
  Engine engine(model, Streams(1, 0));
  engine.set_rate(0, 100);
  engine.set_failing(1, 1, 0);
  engine.advance(100);
  engine.set_failing(1, 0, 0);
  engine.advance(140);
  const double before = engine.flow(0).succeeded;
  engine.advance(240);

  EXPECT_NEAR(engine.flow(0).succeeded - before, 10000, 400);
}

TEST_P(BothWays, ACacheSavesItsHitsAndWarmsUpAfterAFlush) {
  Model model = chain(GetParam());
  model.stations[0].cache = Cache{.hit_ratio = .9, .warm_up = 100};
  Engine engine(model, Streams(1, 0));
  engine.set_rate(0, 100);
  engine.advance(1000);
  const double warm = engine.station(1).arrived / engine.flow(0).requests;
  engine.flush_cache(0);
  engine.advance(
      1100);  // one time constant: hits grow from none to 0.9 (1 - 1/e), 0.9 / e on average
  const double calls = engine.station(1).arrived - warm * engine.flow(0).requests * 10 / 11;

  EXPECT_NEAR(warm, .1, .01);
  EXPECT_NEAR(calls / 10000, 1 - .9 * .367879, .03);
}

TEST_P(BothWays, AnOptionalCallMayFail) {
  Model model = chain(GetParam());
  model.stations[0].calls[0].optional = true;
  Engine engine(model, Streams(1, 0));
  engine.set_failing(1, 1, 0);
  engine.set_rate(0, 100);
  engine.advance(100);
  engine.set_rate(0, 0);
  engine.advance(200);

  EXPECT_EQ(engine.flow(0).failed, 0);
}

TEST_P(BothWays, CallsAreMadeAsOftenAsTheRequestSays) {
  for (const double per_request : {.1, 1.0, 3.0}) {
    Model model = chain(GetParam());
    model.stations[1].servers = 1000;
    model.stations[0].calls[0].per_request = per_request;
    Engine engine(model, Streams(1, 0));
    engine.set_rate(0, 100);
    engine.advance(1000);

    EXPECT_NEAR(engine.station(1).arrived / engine.flow(0).requests / per_request, 1, .05);
  }
}

TEST_P(BothWays, SilentLossIsNoticedByTheTimeout) {
  Model model = chain(GetParam());
  Engine engine(model, Streams(1, 0));
  engine.set_failing(1, 0, .25);
  engine.set_rate(0, 100);
  engine.advance(1000);

  const FlowTotals& flow = engine.flow(0);
  EXPECT_NEAR(flow.failed / flow.requests, .25, .02);
  EXPECT_EQ(engine.station(0).errored, flow.failed);
}

TEST_P(BothWays, RequestsTurnedAwayNeverReachAStation) {
  Model model = chain(GetParam());
  Engine engine(model, Streams(1, 0));
  engine.set_turned_away(0, 1);
  engine.set_rate(0, 100);
  engine.advance(100);

  EXPECT_EQ(engine.station(0).arrived, 0);
  EXPECT_EQ(engine.flow(0).succeeded, 0);
  EXPECT_GT(engine.flow(0).failed, 9000);
}

TEST_P(BothWays, CallsForOneFlowAreNotMadeForAnother) {
  Model model = chain(GetParam());
  model.flows.push_back({.name = "viewers", .entry = 0, .patience = 5});
  model.stations[0].calls[0].only_for = {0};
  Engine engine(model, Streams(1, 0));
  engine.set_failing(1, 1, 0);
  engine.set_rate(0, 10);
  engine.set_rate(1, 10);
  engine.advance(100);

  EXPECT_EQ(engine.flow(0).succeeded, 0);
  EXPECT_EQ(engine.flow(1).failed, 0);
}

// A name in front of two stations, one of which fails every request.
Model two_answers(bool discrete) {
  Model model;
  model.discrete = discrete;
  model.stations.push_back(instant_station("name"));
  model.stations.push_back({.name = "good", .servers = 100, .service_time = fixed(.01)});
  model.stations.push_back({.name = "bad", .servers = 100, .service_time = fixed(.01)});
  model.stations[0].picks_one = true;
  model.stations[0].calls = {{.to = 1}, {.to = 2}};
  model.flows.push_back({.name = "users", .entry = 0, .patience = 5});
  return model;
}

TEST_P(BothWays, AStationThatPicksOneCallDividesItsRequestsByShare) {
  Engine engine(two_answers(GetParam()), Streams(1, 0));
  engine.set_rate(0, 100);
  engine.set_shares(0, {.3, .5});
  engine.advance(1000);
  engine.set_rate(0, 0);
  engine.advance(1010);

  const double requests = engine.flow(0).requests;
  EXPECT_NEAR(engine.station(1).arrived, .3 * requests, .02 * requests);
  EXPECT_NEAR(engine.station(2).arrived, .5 * requests, .02 * requests);
  EXPECT_NEAR(engine.flow(0).succeeded, .8 * requests, .02 * requests);
  EXPECT_NEAR(engine.flow(0).succeeded + engine.flow(0).failed, requests, 1e-6 * requests);
}

TEST_P(BothWays, AClientThatTriesAgainGetsTheSameAnswer) {
  Model model = two_answers(GetParam());
  model.flows[0].retry = {.attempts = 3, .backoff = 1};
  Engine engine(model, Streams(1, 0));
  engine.set_rate(0, 100);
  engine.set_shares(0, {.5, .5});
  engine.set_failing(2, 1, 0);
  engine.advance(1000);
  engine.set_rate(0, 0);
  engine.advance(1100);

  const double requests = engine.flow(0).requests;
  EXPECT_NEAR(engine.flow(0).succeeded, .5 * requests, .02 * requests);
  EXPECT_NEAR(engine.flow(0).attempts, requests * (.5 + .5 * 4), .04 * requests);
}

TEST_P(BothWays, AClientThatTriesAgainAfterTheSharesMovedSucceeds) {
  Model model = two_answers(GetParam());
  model.flows[0].retry = {.attempts = 3, .backoff = 10, .factor = 1};
  Engine engine(model, Streams(1, 0));
  engine.set_failing(2, 1, 0);
  engine.set_shares(0, {0, 1});
  engine.set_rate(0, 100);
  engine.advance(20);
  engine.set_rate(0, 0);
  engine.set_shares(0, {1, 0});
  engine.advance(100);

  EXPECT_DOUBLE_EQ(engine.flow(0).failed, 0);
}

TEST_P(BothWays, BackoffDelaysRetriesAndGrows) {
  Model model = chain(GetParam());
  model.flows[0].retry = {.attempts = 3, .backoff = 10, .factor = 2};
  Engine engine(model, Streams(1, 0));
  engine.set_failing(0, 1, 0);
  engine.set_rate(0, 100);
  engine.advance(10);
  engine.set_rate(0, 0);
  engine.advance(75);  // the last retry comes 10 + 20 + 40 s after the first attempt
  EXPECT_GT(engine.flow(0).failed, 0);
  EXPECT_LT(engine.flow(0).failed, engine.flow(0).requests);

  engine.advance(90);
  EXPECT_EQ(engine.flow(0).failed, engine.flow(0).requests);
}

TEST(Engine, RequestsOnServersThatGoAwayAreLost) {
  Model model = one_station(10, fixed(100));
  model.flows[0].patience = 1000;
  Engine engine(model, Streams(1, 0));
  engine.set_rate(0, 10);
  engine.advance(20);
  ASSERT_EQ(engine.in_service(0), 10);

  engine.set_servers(0, 4);
  engine.set_rate(0, 0);
  engine.advance(1e5);

  EXPECT_EQ(engine.flow(0).timed_out, engine.flow(0).failed);
  EXPECT_GE(engine.flow(0).failed, 6);
}

}  // namespace
}  // namespace chokepoint::sim::traffic
