#include "controller/plan/bands.h"

#include <algorithm>
#include <map>
#include <set>

namespace chokepoint::controller {
namespace {

struct Values {
  std::vector<double> all;
  v1::Unit unit = v1::UNIT_NONE;
};

double median_of(const std::vector<double>& sorted) {
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const v1::Column* column_of(const v1::RunRecord& record, const std::string& capability,
                            std::string_view metric) {
  for (const v1::Column& column : record.samples().columns()) {
    if (column.scope() == "capability" && column.subject() == capability &&
        column.metric() == metric) {
      return &column;
    }
  }
  return nullptr;
}

}  // namespace

std::optional<double> depth_of(const v1::RunRecord& record, const std::string& capability) {
  const v1::Column* failed = column_of(record, capability, "failed");
  const v1::Column* succeeded = column_of(record, capability, "succeeded");
  if (failed == nullptr || succeeded == nullptr) return std::nullopt;
  std::optional<double> worst;
  const int samples = std::min(failed->values_size(), succeeded->values_size());
  for (int i = 0; i < samples; ++i) {
    const double ended = failed->values(i) + succeeded->values(i);
    if (ended > 0) worst = std::max(worst.value_or(0), failed->values(i) / ended);
  }
  return worst;
}

std::vector<v1::Band> bands_of(const std::vector<v1::RunRecord>& records) {
  std::set<std::string> capabilities;
  std::map<std::pair<std::string, std::string>, Values> values;
  for (const v1::RunRecord& record : records) {
    for (const v1::Measure& measure : record.measures()) {
      if (measure.scope() != "capability") continue;
      capabilities.insert(measure.subject());
      Values& all = values[{measure.subject(), measure.name()}];
      all.all.push_back(measure.value());
      all.unit = measure.unit();
    }
  }
  for (const v1::RunRecord& record : records) {
    for (const std::string& capability : capabilities) {
      const std::optional<double> depth = depth_of(record, capability);
      if (!depth) continue;
      Values& all = values[{capability, kDepth}];
      all.all.push_back(*depth);
      all.unit = v1::UNIT_RATIO;
    }
  }
  std::vector<std::string> names(std::begin(kComparedMeasures), std::end(kComparedMeasures));
  names.emplace_back(kDepth);
  std::vector<v1::Band> bands;
  for (const std::string& capability : capabilities) {
    for (const std::string& measure : names) {
      const auto found = values.find({capability, measure});
      if (found == values.end()) continue;
      std::vector<double>& sorted = found->second.all;
      std::sort(sorted.begin(), sorted.end());
      v1::Band& band = bands.emplace_back();
      band.set_capability(capability);
      band.set_measure(measure);
      band.set_low(sorted.front());
      band.set_median(median_of(sorted));
      band.set_high(sorted.back());
      band.set_share(static_cast<double>(sorted.size()) / static_cast<double>(records.size()));
      band.set_unit(found->second.unit);
    }
  }
  return bands;
}

std::vector<v1::DownWindow> down_windows(const std::vector<v1::RunRecord>& records) {
  std::map<std::string, std::map<double, int>> changes;  // runs more, or less, that have it down
  for (const v1::RunRecord& record : records) {
    for (const v1::Interval& interval : record.intervals()) {
      if (interval.scope() != "capability" || interval.state() != "down") continue;
      ++changes[interval.subject()][interval.from_s()];
      --changes[interval.subject()][interval.to_s()];
    }
  }
  std::vector<v1::DownWindow> windows;
  for (const auto& [capability, by_time] : changes) {
    int down = 0;
    for (auto change = by_time.begin(); change != by_time.end(); ++change) {
      down += change->second;
      const auto next = std::next(change);
      if (down == 0 || next == by_time.end()) continue;
      const double share = static_cast<double>(down) / static_cast<double>(records.size());
      if (!windows.empty() && windows.back().capability() == capability &&
          windows.back().to_s() == change->first && windows.back().share() == share) {
        windows.back().set_to_s(next->first);
        continue;
      }
      v1::DownWindow& window = windows.emplace_back();
      window.set_capability(capability);
      window.set_from_s(change->first);
      window.set_to_s(next->first);
      window.set_share(share);
    }
  }
  return windows;
}

}  // namespace chokepoint::controller
