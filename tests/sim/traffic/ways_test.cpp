// Calls to what stands far away: the same laws for cohorts and for single requests.
#include <gtest/gtest.h>

#include "tests/sim/traffic/one_station.h"

namespace chokepoint::sim::traffic {
namespace {

// A front that calls a back; both answer at once.
Model front_and_back(bool discrete) {
  Model model;
  model.discrete = discrete;
  model.tick = 1;
  model.arrivals = Arrivals::regular;
  model.stations.push_back(instant_station("front"));
  model.stations.push_back(instant_station("back"));
  model.stations[0].calls.push_back({.to = 1, .timeout = 1});
  model.flows.push_back({.name = "users", .entry = 0, .patience = 10});
  return model;
}

// A hundred seconds of requests, and all their ends.
FlowTotals run(Engine& engine) {
  engine.set_rate(0, 20);
  engine.advance(engine.now() + 100);
  engine.set_rate(0, 0);
  engine.advance(engine.now() + 100);
  return engine.flow(0);
}

class Ways : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Engine, Ways, testing::Bool(),
                         [](const auto& way) { return way.param ? "Discrete" : "Cohorts"; });

TEST_P(Ways, ACallTakesTheWayThereAndBackLonger) {
  Engine engine(front_and_back(GetParam()), Streams(1, 0));
  engine.set_ways(0, 0, {{.share = 1, .round_trip = .4}});
  engine.set_entry_ways(0, {{.share = 1, .round_trip = .2}});

  const FlowTotals totals = run(engine);

  EXPECT_NEAR(totals.succeeded, totals.requests, 1e-6 * totals.requests);
  EXPECT_NEAR(totals.latency_sum / totals.succeeded, .6, 1e-6);
}

TEST_P(Ways, ACallFailsExactlyWhenTheWayIsLongerThanItsTimeout) {
  for (const double round_trip : {.5, .9, .99, 1.01, 1.1, 3.0}) {
    Engine engine(front_and_back(GetParam()), Streams(1, 0));
    engine.set_ways(0, 0, {{.share = 1, .round_trip = round_trip}});

    const FlowTotals totals = run(engine);

    EXPECT_NEAR(totals.succeeded / totals.requests, round_trip < 1 ? 1 : 0, 1e-9) << round_trip;
    EXPECT_NEAR(totals.requests, totals.succeeded + totals.failed, 1e-6 * totals.requests);
    // The back does its work all the same.
    EXPECT_NEAR(engine.station(1).served, totals.requests, 1e-6 * totals.requests) << round_trip;
    EXPECT_NEAR(engine.station(1).wasted, round_trip < 1 ? 0 : totals.requests, 1e-6) << round_trip;
  }
}

TEST_P(Ways, AConnectionOfItsOwnTakesOneMore) {
  Model model = front_and_back(GetParam());
  model.stations[0].calls[0].connect_timeout = .5;
  Engine engine(model, Streams(1, 0));
  engine.set_ways(0, 0, {{.share = 1, .round_trip = .4}});

  const FlowTotals totals = run(engine);

  EXPECT_NEAR(totals.succeeded, totals.requests, 1e-6 * totals.requests);
  EXPECT_NEAR(totals.latency_sum / totals.succeeded, .8, 1e-6);
}

TEST_P(Ways, TheTimeoutBeginsWhenThereIsAConnection) {
  for (const double round_trip : {.99, 1.01}) {
    Model model = front_and_back(GetParam());
    model.stations[0].calls[0].connect_timeout = 5;
    Engine engine(model, Streams(1, 0));
    engine.set_ways(0, 0, {{.share = 1, .round_trip = round_trip}});

    const FlowTotals totals = run(engine);

    EXPECT_NEAR(totals.succeeded / totals.requests, round_trip < 1 ? 1 : 0, 1e-9) << round_trip;
  }
}

TEST_P(Ways, AConnectionThatTakesTooLongIsGivenUpAndNothingIsAsked) {
  Model model = front_and_back(GetParam());
  model.tick = .01;  // a cohort tries again when the last of it has given up
  model.stations[0].calls[0].connect_timeout = .2;
  model.stations[0].calls[0].retry = {.attempts = 1};
  Engine engine(model, Streams(1, 0));
  engine.set_ways(0, 0, {{.share = .5, .round_trip = .1}, {.share = .5, .round_trip = .21}});

  const FlowTotals totals = run(engine);

  // Half at once, after two ways of 0.1 s; half of the others 0.2 s later.
  EXPECT_NEAR(totals.succeeded / totals.requests, .75, GetParam() ? .03 : 1e-6);
  EXPECT_NEAR(totals.latency_sum / totals.succeeded, (.5 * .2 + .25 * .4) / .75, .01);
  EXPECT_NEAR(engine.station(1).arrived, totals.succeeded, 1e-6 * totals.requests);
}

TEST_P(Ways, NobodyTakesAConnectionWhereTheServerIsGone) {
  Model model = front_and_back(GetParam());
  model.flows[0].patience = .5;
  model.stations[0].calls[0].connect_timeout = .2;
  model.stations[0].calls[0].optional = true;
  Engine engine(model, Streams(1, 0));
  engine.set_failing(1, 0, 1);

  const FlowTotals totals = run(engine);

  // The timeout alone, 1 s, would be longer than they wait.
  EXPECT_NEAR(totals.succeeded, totals.requests, 1e-6 * totals.requests);
  EXPECT_NEAR(totals.latency_sum / totals.succeeded, .2, 1e-6);
}

TEST_P(Ways, EachShareOfTheCallsTakesItsOwn) {
  Engine engine(front_and_back(GetParam()), Streams(1, 0));
  engine.set_ways(0, 0,
                  {{.share = .25, .round_trip = 0},
                   {.share = .5, .round_trip = .4},
                   {.share = .25, .round_trip = 2}});

  const FlowTotals totals = run(engine);

  EXPECT_NEAR(totals.succeeded / totals.requests, .75, GetParam() ? .03 : 1e-6);
  EXPECT_NEAR(totals.latency_sum / totals.succeeded, .4 * 2 / 3, GetParam() ? .03 : 1e-6);
}

TEST_P(Ways, ARetryMayTakeAnother) {
  Model model = front_and_back(GetParam());
  model.stations[0].calls[0].retry = {.attempts = 1};
  Engine engine(model, Streams(1, 0));
  engine.set_ways(0, 0, {{.share = .5, .round_trip = 0}, {.share = .5, .round_trip = 2}});

  const FlowTotals totals = run(engine);

  EXPECT_NEAR(totals.succeeded / totals.requests, .75, GetParam() ? .03 : 1e-6);
}

TEST_P(Ways, AreAsBeforeOnceTheDelayIsGone) {
  Engine engine(front_and_back(GetParam()), Streams(1, 0));
  engine.set_ways(0, 0, {{.share = 1, .round_trip = 3}});
  const FlowTotals slow = run(engine);
  engine.set_ways(0, 0, {});

  const FlowTotals both = run(engine);

  EXPECT_EQ(slow.succeeded, 0);
  EXPECT_NEAR(both.succeeded, both.requests - slow.requests, 1e-6 * both.requests);
  EXPECT_NEAR(both.latency_sum, 0, 1e-6);
}

// What is on its way when servers go away finds none when it comes.
TEST_P(Ways, RequestsMeetWhatIsThereWhenTheyCome) {
  Model model = front_and_back(GetParam());
  model.stations[0].calls[0].timeout = 100;
  Engine engine(model, Streams(1, 0));
  engine.set_ways(0, 0, {{.share = 1, .round_trip = 20}});
  engine.set_rate(0, 20);
  engine.advance(5);
  engine.set_rate(0, 0);
  engine.set_failing(1, 1, 0);
  engine.advance(200);

  EXPECT_EQ(engine.flow(0).succeeded, 0);
  EXPECT_GT(engine.flow(0).failed, 90);
}

}  // namespace
}  // namespace chokepoint::sim::traffic
