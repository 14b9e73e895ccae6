#include "cli/render/csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "scenarios/base/sorted.h"
#include "scenarios/loader/sweep_points.h"

namespace chokepoint::cli {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + "\"";
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

// Shards may differ in which measures and expectations they have, and in what order.
class SweepTable {
 public:
  SweepTable(const v1::Sweep& sweep, const std::vector<v1::SweepShard>& shards)
      : sweep_(sweep), shards_(shards) {
    for (const v1::SweepShard& shard : shards) {
      for (const v1::SweepMeasure& measure : shard.measures()) add(name_of(measure), measures_);
      for (const std::string& name : shard.expectations()) add(name, expectations_);
    }
  }

  std::string text(const std::function<double(std::uint64_t, const std::string&)>& share) const {
    std::vector<std::string> header = {"variant"};
    const std::vector<std::string> axes = sorted_names(sweep_.vary());
    const std::vector<std::string> drawn = sorted_names(sweep_.draw());
    header.insert(header.end(), axes.begin(), axes.end());
    header.emplace_back("seed");
    header.insert(header.end(), drawn.begin(), drawn.end());
    for (const std::string& name : measures_) header.push_back(quoted(name));
    for (const std::string& name : expectations_) header.push_back(quoted("expect." + name));
    header.insert(header.end(), {"fingerprint", "error"});
    std::string text = fmt::format("{}\n", fmt::join(header, ","));
    for (const v1::SweepShard& shard : shards_) {
      for (const v1::SweepRun& run : shard.runs()) {
        const SweepPoint point = point_of(sweep_, run.point());
        std::vector<std::string> row = {point.variant.empty() ? "base" : point.variant};
        for (const std::string& value : point.values) row.push_back(quoted(value));
        row.push_back(fmt::format("{}", run.seed()));
        for (const std::string& name : drawn) {
          row.push_back(quoted(value_at(sweep_.draw().at(name), share(run.seed(), name))));
        }
        add_results(shard, run, row);
        text += fmt::format("{}\n", fmt::join(row, ","));
      }
    }
    return text;
  }

 private:
  static std::string name_of(const v1::SweepMeasure& measure) {
    return fmt::format("{}.{}.{}", measure.scope(), measure.subject(), measure.name());
  }

  static void add(const std::string& name, std::vector<std::string>& names) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }

  void add_results(const v1::SweepShard& shard, const v1::SweepRun& run,
                   std::vector<std::string>& row) const {
    std::map<std::string, std::string> results;
    for (int i = 0; i < run.values_size(); ++i) {
      results[name_of(shard.measures(i))] = number(run.values(i));
    }
    for (const std::string& name : measures_) row.push_back(results[name]);
    std::map<std::string, std::string> verdicts;
    for (int i = 0; i < run.verdicts_size(); ++i) {
      if (run.verdicts(i) == v1::SWEEP_VERDICT_ABSENT) continue;
      verdicts[shard.expectations(i)] = run.verdicts(i) == v1::SWEEP_VERDICT_HELD ? "1" : "0";
    }
    for (const std::string& name : expectations_) row.push_back(verdicts[name]);
    row.push_back(run.fingerprint());
    row.push_back(quoted(run.error()));
  }

  const v1::Sweep& sweep_;
  const std::vector<v1::SweepShard>& shards_;
  std::vector<std::string> measures_;
  std::vector<std::string> expectations_;
};

}  // namespace

std::string sweep_csv(const v1::Sweep& sweep, const std::vector<v1::SweepShard>& shards,
                      const std::function<double(std::uint64_t, const std::string&)>& share) {
  return SweepTable(sweep, shards).text(share);
}

std::string series_csv(const v1::RunRecord& record) {
  std::string text = "t_s,scope,subject,metric,value\n";
  const double step_s = record.samples().step_s();
  for (const v1::Column& column : record.samples().columns()) {
    const std::string who = fmt::format("{},{},{}", quoted(column.scope()),
                                        quoted(column.subject()), quoted(column.metric()));
    for (int i = 0; i < column.values_size(); ++i) {
      fmt::format_to(std::back_inserter(text), "{},{},{}\n", number(i * step_s), who,
                     number(column.values(i)));
    }
  }
  return text;
}

std::string intervals_csv(const v1::RunRecord& record) {
  std::string text = "from_s,to_s,scope,subject,state,cause\n";
  for (const v1::Interval& interval : record.intervals()) {
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{}\n", number(interval.from_s()),
                   number(interval.to_s()), quoted(interval.scope()), quoted(interval.subject()),
                   quoted(interval.state()), quoted(interval.cause()));
  }
  return text;
}

}  // namespace chokepoint::cli
