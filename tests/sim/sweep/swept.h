#pragma once
// A small sweep, written into a folder of the test's own.

#include <gtest/gtest.h>

#include "scenarios/loader/load_sweep.h"
#include "sim/sweep/run_shard.h"
#include "tests/cli/temporary_folder.h"

namespace chokepoint::sim {

// One service that is down for as long as its crash lasts.
inline constexpr const char* kCrash = R"(scenario: crash
horizon: 10min
places: {zone: {racks: 2}}
components: {web: {service: {replicas: 1, at: [zone], boot: 0s}}}
capabilities: {read: {needs: [web]}}
faults: {crash: {at: 1min, duration: 60s, crash: {component: web}}}
expect: {short: {measure: {name: outage, capability: read, at_most: 45s}, basis: predicted}}
variants:
  same: {}
  long: {faults: {crash: {duration: 120s}}}
)";

class Swept : public ::testing::Test {
 protected:
  Swept() { write("crash.yaml", kCrash); }

  void write(const std::string& name, const std::string& text) const {
    cli::testing::write_text(folder_ / name, text);
  }

  LoadedSweep load(const std::string& more) const {
    write("sweep.yaml", "sweep: crashes\nscenario: crash.yaml\n" + more);
    LoadedSweep loaded = load_sweep(folder_ / "sweep.yaml");
    EXPECT_TRUE(loaded.errors.empty()) << format_errors(loaded.errors);
    return loaded;
  }

  static v1::SweepShard shard_of(const LoadedSweep& loaded, std::uint64_t shard = 0,
                                 unsigned workers = 2) {
    ScenarioFile file(loaded.scenario_text, "crash.yaml");
    return run_shard(loaded.sweep, loaded.digest, file, shard,
                     {.workers = workers, .version = "test"});
  }

  cli::testing::TemporaryFolder folder_;
};

}  // namespace chokepoint::sim
