#include "sim/run.h"

#include <algorithm>
#include <memory>

#include "scenarios/base/assert.h"
#include "scenarios/base/sorted.h"
#include "sim/faults/fault.h"
#include "sim/operators/team.h"
#include "sim/record/expectations.h"
#include "sim/record/measures.h"
#include "sim/record/tally.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

// One run from its first actor to its record.
class Run {
 public:
  Run(const v1::Scenario& scenario, const RunOptions& options)
      : scenario_(scenario),
        options_(options),
        world_(scenario, Streams(options.seed, options.replication,
                                 options.circumstances_of.value_or(options.seed))),
        faults_(world_),
        expectations_(world_),
        tally_(world_) {
    for (const std::string& name : sorted_names(scenario.operators())) {
      teams_.push_back(
          std::make_unique<Team>(world_, faults_, name, scenario.operators().at(name)));
    }
  }

  v1::RunRecord go() {
    world_.on_settled([this] {
      expectations_.observe();
      tally_.update();
    });
    world_.kernel.spawn("start", [this] { start(); });
    v1::RunRecord record;
    world_.kernel.run(scenario_.horizon(), [&] { record = finish(); });
    return record;
  }

 private:
  void start() {
    world_.agenda.start();
    for (const auto& [name, component] : world_.components) component->start();
    for (const auto& [path, plant] : world_.cooling) plant->start();
    for (const auto& team : teams_) team->start();
    faults_.start();
    world_.settle();
    sample_at(1);
  }

  void sample_at(std::uint64_t number) {
    const double time = static_cast<double>(number) * scenario_.traffic().sample();
    if (time >= scenario_.horizon()) return;
    world_.agenda.at(time, [this, number, time] {
      world_.users->advance();
      sample();
      world_.settle();
      if (options_.progress) options_.progress(time / scenario_.horizon());
      sample_at(number + 1);
    });
  }

  void sample() {
    world_.users->sample();
    for (const auto& [name, component] : world_.components) {
      world_.recorder.column("component", name, "level", component->level());
      if (component->spec().has_log()) {
        world_.recorder.column("component", name, "lag_s", component->lag());
      }
    }
    for (const auto& [path, plant] : world_.cooling) {
      world_.recorder.column("place", path, "temperature_degC", plant->temperature());
    }
  }

  v1::RunRecord finish() {
    world_.users->advance();
    sample();
    tally_.update();
    world_.recorder.close();
    v1::RunRecord& record = world_.recorder.record();
    record.set_scenario(scenario_.scenario());
    record.set_variant(options_.variant);
    for (const std::string& change : options_.overrides) record.add_overrides(change);
    record.set_digest(options_.digest);
    record.set_seed(options_.seed);
    if (options_.circumstances_of && *options_.circumstances_of != options_.seed) {
      record.set_circumstances_of(*options_.circumstances_of);
    }
    record.set_replication(options_.replication);
    record.set_start(scenario_.start());
    record.set_horizon_s(scenario_.horizon());
    record.set_fingerprint(world_.recorder.fingerprint());
    record.mutable_samples()->set_step_s(scenario_.traffic().sample());
    add_measures(world_, tally_, record);
    expectations_.judge(record);
    return std::move(record);
  }

  const v1::Scenario& scenario_;
  const RunOptions& options_;
  World world_;
  Faults faults_;
  Expectations expectations_;
  Tally tally_;
  std::vector<std::unique_ptr<Team>> teams_;
};

}  // namespace

v1::RunRecord run(const v1::Scenario& scenario, const RunOptions& options) {
  static bool has_run = false;
  CHOKEPOINT_ASSERT(!has_run, "one run per process: SimGrid's clock goes on in a second one");
  has_run = true;
  set_assert_context(options.seed);
  // Actors still wait inside the run when the horizon comes, so it is never taken apart.
  static Run* the_run = new Run(scenario, options);
  return the_run->go();
}

}  // namespace chokepoint::sim
