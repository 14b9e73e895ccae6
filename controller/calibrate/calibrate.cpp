#include "controller/calibrate/calibrate.h"

#include <fmt/format.h>

#include <cmath>

#include "controller/calibrate/search.h"
#include "controller/compare/comparison.h"
#include "scenarios/base/assert.h"

namespace chokepoint::controller {
namespace {

constexpr std::size_t kMostEach = 250;  // sets of values for each parameter
constexpr double kNearlyAll = 0.9;      // of a range: from here on it is not identifiable

double score_of(const std::vector<Runs>& runs, const Calibrating& calibrating) {
  std::vector<Prediction> predictions;
  for (const Runs& one : runs) predictions.push_back(prediction_of(one));
  double sum = 0;
  for (std::size_t i = 0; i < calibrating.records.size(); ++i) {
    sum += score_against(predictions[calibrating.designs[i]], calibrating.records[i]);
  }
  return sum / static_cast<double>(calibrating.records.size());
}

// How much luck alone changes the score of a game day: from the least to the largest score that one
// of the runs gets against the others, seen as this game day was.
double span_of_luck(const Runs& runs, const v1::RunRecord& seen) {
  if (runs.size() < 2) return 0;
  double least = INFINITY;
  double largest = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    Runs others = runs;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    v1::RunRecord as_seen = runs[i];
    if (seen.has_game_day()) *as_seen.mutable_game_day() = seen.game_day();
    *as_seen.mutable_injections() = seen.injections();
    const double score = score_against(prediction_of(others), as_seen);
    least = std::min(least, score);
    largest = std::max(largest, score);
  }
  return largest - least;
}

double tolerance_of(const std::vector<Runs>& runs, const Calibrating& calibrating) {
  double squares = 0;  // game days err independently of each other
  for (std::size_t i = 0; i < calibrating.records.size(); ++i) {
    const v1::RunRecord& record = calibrating.records[i];
    const double by_luck = span_of_luck(runs[calibrating.designs[i]], record);
    const double by_probes = 2 * score_error_of_probes(record);
    squares += by_luck * by_luck + by_probes * by_probes;
  }
  return std::sqrt(squares) / static_cast<double>(calibrating.records.size());
}

class Fit {
 public:
  explicit Fit(const Calibrating& calibrating)
      : calibrating_(calibrating),
        search_(
            calibrating.parameters.size(),
            [this](const std::vector<double>& point) { return ask(point); },
            kMostEach * calibrating.parameters.size()) {}

  Result<Calibrated> go() {
    const auto before = calibrating_.simulate({});
    if (!before) return before.error();
    CHOKEPOINT_ASSERT(before->has_value(), "the scenario was loaded before");
    result_.calibration.set_score_before(score_of(**before, calibrating_));
    if (Status done = look_at_present(); !done) return done.error();
    if (Status done = search_.minimise(); !done) return done.error();
    if (!search_.best()) {
      return Error{.message = "no values in these ranges make a scenario: " + refused_,
                   .hint = "choose other ranges for --free"};
    }
    if (Status done = profile(); !done) return done.error();
    result_.changes = changes_at(search_.best()->point);
    if (Status done = simulate_best(); !done) return done.error();
    add_parameters();
    result_.is_exhausted = search_.is_exhausted();
    result_.calibration.set_candidates(static_cast<std::uint32_t>(search_.asked()));
    return std::move(result_);
  }

 private:
  std::vector<std::string> changes_at(const std::vector<double>& point) const {
    std::vector<std::string> changes;
    for (std::size_t i = 0; i < point.size(); ++i) {
      const FreeParameter& parameter = calibrating_.parameters[i];
      changes.push_back(parameter.path + "=" + value_at(parameter.range, point[i]));
    }
    return changes;
  }

  Result<std::optional<double>> ask(const std::vector<double>& point) {
    const std::vector<std::string> changes = changes_at(point);
    if (const auto known = known_.find(changes); known != known_.end()) return known->second;
    const auto runs = calibrating_.simulate(changes);
    if (!runs) return runs.error();
    std::optional<double>& score = known_[changes];
    if (*runs) {
      score = score_of(**runs, calibrating_);
      best_ = std::min(best_, *score);
    } else if (refused_.empty()) {
      refused_ = fmt::format("{}", changes.front());
    }
    calibrating_.progress(known_.size(), best_);
    return score;
  }

  Status look_at_present() {
    std::vector<double> present;
    for (std::size_t i = 0; i < calibrating_.parameters.size(); ++i) {
      const std::optional<double>& before = calibrating_.before[i];
      if (!before) return Ok{};
      present.push_back(share_of(calibrating_.parameters[i].range, *before));
      if (present.back() < 0 || present.back() > 1) return Ok{};
    }
    return search_.look_at(present);
  }

  // A profile may find something better, from which everything begins anew.
  Status profile() {
    double least = INFINITY;
    while (search_.best()->value < least) {
      least = search_.best()->value;
      if (Status done = simulate_best(); !done) return done;
      ranges_.clear();
      for (std::size_t i = 0; i < calibrating_.parameters.size(); ++i) {
        const Result<Search::Range> range =
            search_.profile(i, least + result_.calibration.tolerance());
        if (!range) return range.error();
        ranges_.push_back(*range);
      }
    }
    return Ok{};
  }

  Status simulate_best() {
    const auto runs = calibrating_.simulate(changes_at(search_.best()->point));
    if (!runs) return runs.error();
    CHOKEPOINT_ASSERT(runs->has_value(), "it was simulated before");
    result_.runs = **runs;
    result_.calibration.set_score_after(search_.best()->value);
    result_.calibration.set_tolerance(tolerance_of(result_.runs, calibrating_));
    return Ok{};
  }

  void add_parameters() {
    for (std::size_t i = 0; i < calibrating_.parameters.size(); ++i) {
      const FreeParameter& parameter = calibrating_.parameters[i];
      const auto number = [&](double share) {
        return parse_quantity(value_at(parameter.range, share), parameter.range.unit);
      };
      v1::FittedParameter& fitted = *result_.calibration.add_parameters();
      fitted.set_path(parameter.path);
      fitted.set_unit(parameter.range.unit);
      fitted.set_from(parameter.range.from);
      fitted.set_to(parameter.range.to);
      fitted.set_best(number(search_.best()->point[i])->value);
      fitted.set_fits_from(number(ranges_[i].from)->value);
      fitted.set_fits_to(number(ranges_[i].to)->value);
      fitted.set_is_identifiable(ranges_[i].to - ranges_[i].from < kNearlyAll);
      if (calibrating_.before[i]) fitted.set_before(*calibrating_.before[i]);
    }
    for (std::size_t i = 0; i < calibrating_.records.size(); ++i) {
      *result_.calibration.add_after() = compare_with_game_day(
          prediction_of(result_.runs[calibrating_.designs[i]]), calibrating_.records[i]);
    }
  }

  const Calibrating& calibrating_;
  std::map<std::vector<std::string>, std::optional<double>> known_;
  double best_ = INFINITY;
  std::string refused_;  // the first set of values that is no scenario
  Search search_;
  std::vector<Search::Range> ranges_;
  Calibrated result_;
};

}  // namespace

Result<Calibrated> calibrate(const Calibrating& calibrating) { return Fit(calibrating).go(); }

}  // namespace chokepoint::controller
