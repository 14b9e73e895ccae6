#include "sim/sweep/run_shard.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "scenarios/base/assert.h"
#include "scenarios/loader/sweep_points.h"
#include "sim/in_children.h"
#include "sim/random/stream.h"
#include "sim/run.h"

namespace chokepoint::sim {
namespace {

// What a record says, in a shard of its own.
void keep(const v1::RunRecord& record, v1::SweepShard& shard) {
  v1::SweepRun& run = *shard.mutable_runs(0);
  run.set_fingerprint(record.fingerprint());
  for (const v1::Measure& measure : record.measures()) {
    v1::SweepMeasure& column = *shard.add_measures();
    column.set_scope(measure.scope());
    column.set_subject(measure.subject());
    column.set_name(measure.name());
    column.set_unit(measure.unit());
    run.add_values(measure.value());
  }
  for (const v1::Verdict& verdict : record.verdicts()) {
    shard.add_expectations(verdict.name());
    run.add_verdicts(verdict.held() ? v1::SWEEP_VERDICT_HELD : v1::SWEEP_VERDICT_DEVIATED);
  }
}

// Puts runs with columns of their own beside each other.
class Columns {
 public:
  explicit Columns(v1::SweepShard& shard) : shard_(shard) {}

  void add(const v1::SweepShard& one) {
    const v1::SweepRun& from = one.runs(0);
    v1::SweepRun& run = *shard_.add_runs();
    run = from;
    run.clear_values();
    run.clear_verdicts();
    for (int i = 0; i < one.measures_size(); ++i) {
      const int column = column_of(one.measures(i));
      while (run.values_size() <= column) {
        run.add_values(std::numeric_limits<double>::quiet_NaN());
      }
      run.set_values(column, from.values(i));
    }
    for (int i = 0; i < one.expectations_size(); ++i) {
      const int column = column_of(one.expectations(i));
      while (run.verdicts_size() <= column) run.add_verdicts(v1::SWEEP_VERDICT_ABSENT);
      run.set_verdicts(column, from.verdicts(i));
    }
  }

 private:
  int column_of(const v1::SweepMeasure& measure) {
    const auto [place, is_new] = measures_.try_emplace(
        {measure.scope(), measure.subject(), measure.name()}, shard_.measures_size());
    if (is_new) *shard_.add_measures() = measure;
    return place->second;
  }

  int column_of(const std::string& expectation) {
    const auto [place, is_new] = expectations_.try_emplace(expectation, shard_.expectations_size());
    if (is_new) shard_.add_expectations(expectation);
    return place->second;
  }

  v1::SweepShard& shard_;
  std::map<std::tuple<std::string, std::string, std::string>, int> measures_;
  std::map<std::string, int> expectations_;
};

}  // namespace

double drawn_share(std::uint64_t seed, const std::string& name) {
  return Stream(seed, 0, "sweep", name).uniform();
}

v1::SweepShard run_shard(const v1::Sweep& sweep, const std::string& digest, ScenarioFile& file,
                         std::uint64_t shard, const ShardOptions& options) {
  CHOKEPOINT_ASSERT(shard < count_shards(sweep), "the sweep has such a shard");
  const std::uint64_t points = count_points(sweep);
  const std::uint64_t first = shard * sweep.shard_runs();
  const std::uint64_t count =
      std::min<std::uint64_t>(sweep.shard_runs(), count_runs(sweep) - first);

  const auto new_run = [&](std::uint64_t index) {
    v1::SweepShard alone;
    v1::SweepRun& run = *alone.add_runs();
    run.set_point(static_cast<std::uint32_t>((first + index) % points));
    run.set_seed(sweep.seed() + (first + index) / points);
    return alone;
  };
  const auto work = [&](std::size_t index) {
    v1::SweepShard alone = new_run(index);
    v1::SweepRun& run = *alone.mutable_runs(0);
    const SweepPoint point = point_of(sweep, run.point());
    const auto share = [&](const std::string& name) { return drawn_share(run.seed(), name); };
    const LoadResult loaded =
        file.load({.variant = point.variant, .overrides = changes_of(sweep, point, share)});
    if (loaded.errors.empty()) {
      keep(sim::run(loaded.scenario, {.seed = run.seed(), .digest = loaded.digest}), alone);
    } else {
      run.set_error(loaded.errors.front().message);
    }
    return alone.SerializeAsString();
  };

  v1::SweepShard result;
  result.set_digest(digest);
  result.set_version(options.version);
  result.set_shard(static_cast<std::uint32_t>(shard));
  Columns columns(result);
  in_children(count, options.workers, work, [&](std::size_t index, Result<std::string> bytes) {
    v1::SweepShard alone;
    if (!bytes || !alone.ParseFromString(*bytes) || alone.runs_size() != 1) {
      alone = new_run(index);
      alone.mutable_runs(0)->set_error(bytes ? "left no readable result" : bytes.error().message);
    }
    columns.add(alone);
    if (options.progress) options.progress(index + 1);
    return true;
  });
  return result;
}

}  // namespace chokepoint::sim
