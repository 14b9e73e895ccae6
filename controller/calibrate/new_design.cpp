#include "controller/calibrate/new_design.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "controller/compare/comparison.h"

namespace chokepoint::controller {
namespace {

constexpr double kRound = 1e-3;  // seconds; bounds are rounded away from what they are to hold

std::string text_of(double value, v1::Unit unit) { return format_quantity(value, unit); }

std::string design_name(const v1::Comparison& comparison) {
  return comparison.variant().empty() ? "base" : comparison.variant();
}

std::string name_of(const v1::Comparison& comparison) {
  return comparison.game_day().empty() ? "a baseline" : comparison.game_day();
}

// Lowest and highest outage of a capability, simulated and seen.
struct Outage {
  double low = INFINITY;
  double high = 0;

  void take(double from, double to) {
    low = std::min(low, from);
    high = std::max(high, to);
  }
};

class Writing {
 public:
  explicit Writing(const NewDesign& made) : made_(made), found_(made.calibrated.calibration) {
    variant_.name = made.name;
    variant_.of = made.of;
    variant_.changes = made.calibrated.changes;
  }

  NewVariant write() {
    say_where_it_comes_from();
    say_what_fits();
    keep_expectations();
    add_outages();
    return std::move(variant_);
  }

 private:
  void say(std::string line) { variant_.comment.push_back(std::move(line)); }

  void say_where_it_comes_from() {
    std::vector<std::string> names;
    for (const v1::Comparison& one : found_.after()) {
      names.push_back(fmt::format("{} ({})", name_of(one), design_name(one)));
    }
    say(fmt::format("Calibrated on {}.", fmt::join(names, ", ")));
    say("What is expected here was put into it, and is not predicted: test it on another game "
        "day.");
    say(fmt::format("Score {:.3f} before, {:.3f} with these values; up to {:.3f} is as good.",
                    found_.score_before(), found_.score_after(),
                    found_.score_after() + found_.tolerance()));
  }

  void say_what_fits() {
    for (const v1::FittedParameter& one : found_.parameters()) {
      say(one.is_identifiable()
              ? fmt::format("{}: {} to {} fit about as well.", one.path(),
                            text_of(one.fits_from(), one.unit()),
                            text_of(one.fits_to(), one.unit()))
              : fmt::format("{}: not identifiable, anything from {} to {} fits about as well.",
                            one.path(), text_of(one.fits_from(), one.unit()),
                            text_of(one.fits_to(), one.unit())));
    }
  }

  void keep_expectations() {
    const Runs& runs = made_.runs;
    std::map<std::string, std::size_t> deviated;
    for (const v1::RunRecord& run : runs) {
      for (const v1::Verdict& verdict : run.verdicts()) {
        deviated[verdict.name()] += verdict.held() ? 0 : 1;
      }
    }
    for (const auto& [name, count] : deviated) {
      if (count == 0) {
        variant_.changes.push_back(fmt::format("expect.{}.basis=calibrated", name));
        continue;
      }
      variant_.changes.push_back(fmt::format("expect.{}=null", name));
      say(fmt::format("Left out: '{}' does not hold with these values, in {} of {} runs.", name,
                      count, runs.size()));
    }
  }

  void add_outages() {
    std::map<std::string, Outage> outages;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < made_.calibrating.records.size(); ++i) {
      if (made_.calibrating.designs[i] != made_.design) continue;
      const v1::Comparison& comparison = found_.after(static_cast<int>(i));
      names.push_back(name_of(comparison));
      for (const v1::ComparedCapability& capability : comparison.capabilities()) {
        for (const v1::ComparedMeasure& measure : capability.measures()) {
          if (measure.measure() != "outage") continue;
          Outage& outage = outages[capability.capability()];
          if (measure.has_predicted()) {
            outage.take(measure.predicted().low(), measure.predicted().high());
          }
          if (measure.has_observed()) outage.take(measure.observed(), measure.observed());
        }
      }
    }
    for (const auto& [capability, outage] : outages) {
      const double low = std::floor(outage.low / kRound) * kRound;
      const double high = std::ceil(outage.high / kRound) * kRound;
      const std::string at_least =
          low > 0 ? ", at_least: " + format_quantity(low, v1::UNIT_DURATION) : "";
      variant_.changes.push_back(fmt::format(
          "expect.{}-of-{}={{measure: {{name: outage, capability: {}{}, at_most: {}}}, basis: "
          "calibrated, source: \"{}\"}}",
          made_.name, capability, capability, at_least, format_quantity(high, v1::UNIT_DURATION),
          fmt::join(names, ", ")));
    }
  }

  const NewDesign& made_;
  const v1::Calibration& found_;
  NewVariant variant_;
};

}  // namespace

NewVariant variant_of(const NewDesign& made) { return Writing(made).write(); }

}  // namespace chokepoint::controller
