#include "sim/sweep/summary.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "scenarios/base/sorted.h"
#include "scenarios/loader/measure_bound.h"
#include "scenarios/loader/sweep_points.h"
#include "sim/statistics/estimate.h"
#include "sim/sweep/run_shard.h"

namespace chokepoint::sim {
namespace {

constexpr int kMostFailedNamed = 10;
constexpr std::size_t kGroups = 5;

using BySeed = std::map<std::uint64_t, double>;

// What the runs of one point say.
struct PointRuns {
  std::uint64_t count = 0;
  std::map<std::string, BySeed> measures;                           // by the sweep's name for it
  std::map<std::string, std::pair<std::size_t, std::size_t>> held;  // and of how many
};

struct Column {
  std::string name;
  int index;
};

std::vector<double> values_of(const BySeed& by_seed) {
  std::vector<double> values;
  for (const auto& [seed, value] : by_seed) values.push_back(value);
  return values;
}

bool is_within(const v1::MeasureBound& bound, double value) {
  if (bound.has_at_most() && value > bound.at_most().value()) return false;
  if (bound.has_at_least() && value < bound.at_least().value()) return false;
  return !bound.has_value() || std::abs(value - bound.value().value()) <= bound.tolerance().value();
}

bool is_bounded(const v1::MeasureBound& bound) {
  return bound.has_at_most() || bound.has_at_least() || bound.has_value();
}

// The mean difference of runs with the same seed.
std::optional<v1::Estimate> difference(const BySeed& ours, const BySeed& others) {
  std::vector<double> differences;
  for (const auto& [seed, value] : ours) {
    const auto other = others.find(seed);
    if (other != others.end()) differences.push_back(value - other->second);
  }
  if (differences.empty()) return std::nullopt;
  return mean_estimate(differences);
}

v1::Influence influence_of(const std::string& name, const v1::DrawnValue& drawn,
                           const BySeed& by_seed) {
  std::vector<double> shares;
  for (const auto& [seed, value] : by_seed) shares.push_back(drawn_share(seed, name));
  const std::vector<double> values = values_of(by_seed);
  const bool is_choice = drawn.range().empty();
  const std::size_t count = is_choice ? static_cast<std::size_t>(drawn.one_of_size()) : kGroups;
  std::vector<std::size_t> groups;
  for (const double share : shares) {
    groups.push_back(
        std::min(static_cast<std::size_t>(share * static_cast<double>(count)), count - 1));
  }
  v1::Influence influence;
  influence.set_drawn(name);
  influence.set_explained(explained_share(values, groups, count));
  if (!is_choice) *influence.mutable_rank_correlation() = rank_correlation(shares, values);
  return influence;
}

class Summary {
 public:
  Summary(const v1::Sweep& sweep, const std::vector<v1::SweepShard>& shards) : sweep_(sweep) {
    for (const v1::SweepShard& shard : shards) read(shard);
  }

  v1::SweepReport report() {
    report_.set_sweep(sweep_.sweep());
    report_.set_scenario(sweep_.scenario());
    report_.set_runs_planned(count_runs(sweep_));
    for (const std::string& axis : sorted_names(sweep_.vary())) report_.add_axes(axis);
    const std::uint64_t points = count_points(sweep_);
    const std::uint64_t designs = designs_of(sweep_).size();
    const std::uint64_t of_a_design = points / designs;
    for (std::uint64_t index = 0; index < points; ++index) {
      *report_.add_points() = point(index, designs > 1 ? index % of_a_design : 0);
    }
    return std::move(report_);
  }

 private:
  void read(const v1::SweepShard& shard) {
    report_.set_digest(shard.digest());
    report_.set_version(shard.version());
    const std::vector<Column> columns = columns_of(shard);
    for (const v1::SweepRun& run : shard.runs()) {
      report_.set_runs_done(report_.runs_done() + 1);
      if (run.error().empty()) {
        read(run, columns, shard);
      } else {
        failed(run);
      }
    }
  }

  std::vector<Column> columns_of(const v1::SweepShard& shard) const {
    std::vector<Column> columns;
    for (const std::string& name : sorted_names(sweep_.measures())) {
      const v1::MeasureBound& bound = sweep_.measures().at(name);
      for (int i = 0; i < shard.measures_size(); ++i) {
        const v1::SweepMeasure& measure = shard.measures(i);
        if (measure.scope() == scope_of(bound) && measure.subject() == subject_of(bound) &&
            measure.name() == bound.name()) {
          columns.push_back({name, i});
        }
      }
    }
    return columns;
  }

  void read(const v1::SweepRun& run, const std::vector<Column>& columns,
            const v1::SweepShard& shard) {
    PointRuns& point = points_[run.point()];
    ++point.count;
    for (const Column& column : columns) {
      units_[column.name] = shard.measures(column.index).unit();
      if (column.index >= run.values_size() || std::isnan(run.values(column.index))) continue;
      point.measures[column.name][run.seed()] = run.values(column.index);
    }
    for (int i = 0; i < run.verdicts_size(); ++i) {
      if (run.verdicts(i) == v1::SWEEP_VERDICT_ABSENT) continue;
      auto& [held, all] = point.held[shard.expectations(i)];
      held += run.verdicts(i) == v1::SWEEP_VERDICT_HELD ? 1 : 0;
      ++all;
    }
  }

  void failed(const v1::SweepRun& run) {
    report_.set_runs_failed(report_.runs_failed() + 1);
    if (report_.failed_size() >= kMostFailedNamed) return;
    v1::FailedRun& named = *report_.add_failed();
    named.set_point(run.point());
    named.set_seed(run.seed());
    named.set_error(run.error());
    const auto share = [&](const std::string& name) { return drawn_share(run.seed(), name); };
    for (const std::string& change : changes_of(sweep_, point_of(sweep_, run.point()), share)) {
      named.add_changes(change);
    }
  }

  v1::PointReport point(std::uint64_t index, std::uint64_t first) {
    const SweepPoint which = point_of(sweep_, index);
    const PointRuns& runs = points_[index];
    v1::PointReport report;
    report.set_point(static_cast<std::uint32_t>(index));
    report.set_variant(which.variant);
    for (const std::string& value : which.values) report.add_values(value);
    report.set_runs(runs.count);
    for (const std::string& name : sorted_names(sweep_.measures())) {
      v1::MeasureReport& measured = *report.add_measures();
      measured.set_name(name);
      measured.set_unit(units_[name]);
      const auto found = runs.measures.find(name);
      if (found == runs.measures.end()) continue;
      measure(found->second, measured);
      if (index == first) continue;
      if (const auto beside = difference(found->second, points_[first].measures[name])) {
        *measured.mutable_beside() = *beside;
      }
    }
    for (const auto& [name, held] : runs.held) {
      v1::ExpectationReport& expectation = *report.add_expectations();
      expectation.set_name(name);
      expectation.set_runs(held.second);
      *expectation.mutable_held() = share_estimate(held.first, held.second);
    }
    return report;
  }

  void measure(const BySeed& by_seed, v1::MeasureReport& measured) const {
    std::vector<double> values = values_of(by_seed);
    const v1::MeasureBound& bound = sweep_.measures().at(measured.name());
    measured.set_runs(values.size());
    *measured.mutable_mean() = mean_estimate(values);
    if (is_bounded(bound)) {
      const auto inside = std::count_if(values.begin(), values.end(),
                                        [&](double value) { return is_within(bound, value); });
      *measured.mutable_within() = share_estimate(static_cast<std::size_t>(inside), values.size());
    }
    for (const std::string& name : sorted_names(sweep_.draw())) {
      *measured.add_influences() = influence_of(name, sweep_.draw().at(name), by_seed);
    }
    std::stable_sort(measured.mutable_influences()->begin(), measured.mutable_influences()->end(),
                     [](const v1::Influence& a, const v1::Influence& b) {
                       return a.explained() > b.explained();
                     });
    std::sort(values.begin(), values.end());
    *measured.mutable_median() = quantile_estimate(values, 0.5);
    *measured.mutable_p95() = quantile_estimate(values, 0.95);
    measured.set_least(values.front());
    measured.set_most(values.back());
  }

  const v1::Sweep& sweep_;
  v1::SweepReport report_;
  std::map<std::uint64_t, PointRuns> points_;
  std::map<std::string, v1::Unit> units_;
};

}  // namespace

v1::SweepReport summary_of(const v1::Sweep& sweep, const std::vector<v1::SweepShard>& shards) {
  return Summary(sweep, shards).report();
}

}  // namespace chokepoint::sim
