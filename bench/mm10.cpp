// M/M/10 at rho 0.8, request by request, with the traffic engine. Prints one line of JSON.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tests/sim/traffic/one_station.h"

int main(int argc, char** argv) {
  using namespace chokepoint::sim;
  using namespace chokepoint::sim::traffic;
  const double customers = argc > 1 ? std::atof(argv[1]) : 1e6;
  const auto begin = std::chrono::steady_clock::now();
  Engine engine(one_station(10, exponential(1)), Streams(1, 0));
  engine.set_rate(0, 8);
  engine.advance(customers / 8);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const StationTotals& totals = engine.station(0);
  std::printf("{\"customers\": %.0f, \"wait\": %.6f, \"seconds\": %.6f}\n", totals.served,
              totals.wait_sum / totals.served, took.count());
}
