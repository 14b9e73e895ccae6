// Runs one scenario file and prints how long the run itself took, without loading. One line of
// JSON.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "scenarios/loader/load.h"
#include "sim/run.h"

int main(int argc, char** argv) {
  using namespace chokepoint;
  if (argc < 2) return 2;
  const LoadResult loaded = load_scenario(argv[1], {});
  if (!loaded.errors.empty()) {
    std::fputs(format_errors(loaded.errors).c_str(), stderr);
    return 2;
  }
  const auto begin = std::chrono::steady_clock::now();
  const v1::RunRecord record = sim::run(loaded.scenario, {});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  double requested = 0;
  for (const v1::Measure& measure : record.measures()) {
    if (measure.scope() == "users" && measure.name() == "requested") requested += measure.value();
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("{\"requests\": %.0f, \"injections\": %d, \"seconds\": %.6f, \"peak_mb\": %.1f}\n",
              requested, record.injections_size(), took.count(),
              static_cast<double>(usage.ru_maxrss) / 1024);
  std::fflush(stdout);
  std::_Exit(0);  // SimGrid's own tear-down is not part of a run
}
