// The traffic engine alone, for work on it: ./bench_traffic --benchmark_filter=...
#include <benchmark/benchmark.h>

#include <string>

#include "tests/sim/traffic/one_station.h"

namespace chokepoint::sim::traffic {
namespace {

void DiscreteMM10(benchmark::State& state) {
  double customers = 0;
  for (auto _ : state) {
    Engine engine(one_station(10, exponential(1)), Streams(1, 0));
    engine.set_rate(0, 8);
    engine.advance(1e4);
    customers += engine.station(0).served;
  }
  state.counters["customers"] = benchmark::Counter(customers, benchmark::Counter::kIsRate);
}
BENCHMARK(DiscreteMM10)->Unit(benchmark::kMillisecond);

// Five chains of ten stations, one flow into each; the argument multiplies the rate.
void CohortHour(benchmark::State& state) {
  const auto times = static_cast<double>(state.range(0));
  for (auto _ : state) {
    Model model;
    model.tick = 1;
    for (StationId id = 0; id < 50; ++id) {
      model.stations.push_back(
          {.name = "s" + std::to_string(id), .servers = 20 * times, .service_time = fixed(.01)});
      if (id % 10 > 0) model.stations[id - 1].calls.push_back({.to = id, .timeout = 1});
    }
    for (FlowId id = 0; id < 5; ++id) {
      model.flows.push_back({.name = "f" + std::to_string(id), .entry = id * 10, .patience = 10});
    }
    Engine engine(std::move(model), Streams(1, 0));
    for (FlowId id = 0; id < 5; ++id) engine.set_rate(id, 700 * times);
    engine.advance(3600);
    benchmark::DoNotOptimize(engine.flow(0).succeeded);
  }
}
BENCHMARK(CohortHour)->Arg(1)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace chokepoint::sim::traffic
