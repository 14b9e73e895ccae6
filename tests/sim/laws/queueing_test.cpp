// The traffic engine, request by request, against queueing theory. Service times have mean 1 unless
// said otherwise, so waits are in units of it. Runs are long enough for about three deviations of
// the mean within the tolerance (variance of the M/M/1 queue: Whitt, "Planning queueing
// simulations").
#include <gtest/gtest.h>

#include <cmath>

#include "tests/sim/traffic/one_station.h"

namespace chokepoint::sim::traffic {
namespace {

struct Seen {
  double wait;
  double refused;     // share of the requests
  double throughput;  // per second
};

Seen serve(const Model& model, double rate, double seconds, std::uint64_t seed = 1) {
  Engine engine(model, Streams(seed, 0));
  engine.set_rate(0, rate);
  engine.advance(seconds);
  const StationTotals& totals = engine.station(0);
  return {.wait = totals.wait_sum / totals.served,
          .refused = totals.refused / totals.arrived,
          .throughput = totals.served / seconds};
}

double erlang_c(int servers, double load) {
  double b = 1;
  for (int k = 1; k <= servers; ++k) b = load * b / (k + load * b);
  const double rho = load / servers;
  return b / (1 - rho * (1 - b));
}

void expect_erlang_c_wait(int servers, double rho, double seconds, double tolerance) {
  const Seen seen = serve(one_station(servers, exponential(1)), rho * servers, seconds);
  const double expected = erlang_c(servers, rho * servers) / (servers * (1 - rho));
  EXPECT_NEAR(seen.wait / expected, 1, tolerance) << servers << " servers, rho " << rho;
}

TEST(ErlangC, MatchesTheTable) {
  EXPECT_NEAR(erlang_c(10, 8), .409180, 1e-6);
  EXPECT_NEAR(erlang_c(100, 95), .506457, 1e-6);
}

TEST(MMc, WaitsAsErlangCSaysForOneServerHalfLoaded) { expect_erlang_c_wait(1, .5, 1e6, .02); }
TEST(MMc, WaitsAsErlangCSaysForOneServer) { expect_erlang_c_wait(1, .8, 6e6, .03); }
TEST(MMc, WaitsAsErlangCSaysForTwoServers) { expect_erlang_c_wait(2, .8, 2.5e6, .03); }
TEST(MMc, WaitsAsErlangCSaysForThreeServers) { expect_erlang_c_wait(3, .8, 2e6, .03); }
TEST(MMc, WaitsAsErlangCSaysForEightServers) { expect_erlang_c_wait(8, .8, 6e5, .03); }
TEST(MMc, WaitsAsErlangCSaysForTenServers) { expect_erlang_c_wait(10, .8, 5e5, .03); }

struct FiniteRow {
  int servers;
  int places;  // those in service included
  double rho;
  double refused;
  double wait;
  double throughput;
};

class MMcK : public testing::TestWithParam<FiniteRow> {};

TEST_P(MMcK, RefusesWaitsAndServesAsTheClosedFormSays) {
  const FiniteRow& row = GetParam();
  Model model = one_station(row.servers, exponential(1));
  model.stations[0].queue_limit = row.places - row.servers;

  const Seen seen = serve(model, row.rho * row.servers, 1e6 / row.servers);

  EXPECT_NEAR(seen.refused / row.refused, 1, .03);
  EXPECT_NEAR(seen.wait / row.wait, 1, .03);
  EXPECT_NEAR(seen.throughput / row.throughput, 1, .01);
}

INSTANTIATE_TEST_SUITE_P(Table, MMcK,
                         testing::Values(FiniteRow{1, 5, .8, .088819, 1.563065, .728944},
                                         FiniteRow{1, 10, 1.2, .192586, 5.926138, .968896},
                                         FiniteRow{2, 10, .9, .054807, 1.516483, 1.701347},
                                         FiniteRow{4, 8, 1.0, .138528, .402010, 3.445887},
                                         FiniteRow{10, 30, 1.5, .333352, 1.800213, 9.999718}));

// Pollaczek and Khinchine: Wq = rho (1 + cv^2) / (2 (1 - rho)).
TEST(MG1, WaitsHalfAsLongWithFixedServiceTimes) {
  const Seen seen = serve(one_station(1, fixed(1)), .8, 3e6);
  EXPECT_NEAR(seen.wait / 2.0, 1, .03);
}

TEST(MG1, WaitsAsTheSpreadOfTheServiceTimesSays) {
  v1::DrawnDuration law;  // lognormal with sigma^2 = ln(1 + 4): cv^2 = 4, mean 1
  const double sigma = std::sqrt(std::log(5.0));
  law.mutable_lognormal()->set_median(std::exp(-sigma * sigma / 2));
  law.mutable_lognormal()->set_p95(std::exp(-sigma * sigma / 2 + 1.6448536269514722 * sigma));

  const Seen seen = serve(one_station(1, law), .5, 6e6);

  EXPECT_NEAR(seen.wait / 2.5, 1, .05);
}

TEST(MG1, WaitsAsUniformServiceTimesSay) {
  v1::DrawnDuration law;
  law.mutable_uniform()->set_from(0);
  law.mutable_uniform()->set_to(2);  // cv^2 = 1/3

  const Seen seen = serve(one_station(1, law), .8, 3e6);

  EXPECT_NEAR(seen.wait / (.8 * (4.0 / 3) / .4), 1, .03);
}

// A tandem of two M/M/1 stations: arrivals 8/s, services 10/s and 12/s; sojourns 1/2 s and 1/4 s.
TEST(Jackson, TandemTakesTheSumOfItsStations) {
  Model model = one_station(1, exponential(1.0 / 10));
  model.stations.push_back({.name = "second", .servers = 1, .service_time = exponential(1.0 / 12)});
  model.stations[0].calls.push_back({.to = 1});
  Engine engine(model, Streams(1, 0));
  engine.set_rate(0, 8);

  engine.advance(3e5);

  const FlowTotals& flow = engine.flow(0);
  EXPECT_NEAR(flow.latency_sum / flow.succeeded / .75, 1, .03);
}

// Intervals from independent runs must cover the truth as often as they claim: 95 % of 200 gives
// 184 to 196 (binomial). A wrong variance fails here while every mean test passes.
TEST(MM1, IntervalsCoverTheTruthAsOftenAsTheyClaim) {
  constexpr double kTruth = 1;  // Wq at rho 0.5
  constexpr double kStudent9 = 2.262157;
  int covered = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    double sum = 0;
    double squares = 0;
    for (std::uint64_t replication = 0; replication < 10; ++replication) {
      const double wait =
          serve(one_station(1, exponential(1)), .5, 6000, seed * 1000 + replication).wait;
      sum += wait;
      squares += wait * wait;
    }
    const double mean = sum / 10;
    const double deviation = std::sqrt((squares - 10 * mean * mean) / 9);
    if (std::abs(mean - kTruth) <= kStudent9 * deviation / std::sqrt(10)) ++covered;
  }
  EXPECT_GE(covered, 183);
  EXPECT_LE(covered, 196);
}

}  // namespace
}  // namespace chokepoint::sim::traffic
