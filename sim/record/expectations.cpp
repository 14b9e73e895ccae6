#include "sim/record/expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "scenarios/base/quantity.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

using Moment = std::optional<double>;

// Bounds that a number is held against, in words and as a test.
struct Bounds {
  std::optional<double> value;
  double tolerance = 0;
  std::optional<double> at_most;
  std::optional<double> at_least;

  bool allow(double seen) const {
    constexpr double kRounding = 1e-9;
    const double slack = kRounding * std::max(1.0, std::abs(seen));
    if (value && std::abs(seen - *value) > tolerance + slack) return false;
    if (at_most && seen > *at_most + slack) return false;
    return !at_least || seen >= *at_least - slack;
  }

  std::string in_words(v1::Unit unit) const {
    std::string words;
    const auto add = [&](const std::string& part) { words += (words.empty() ? "" : ", ") + part; };
    if (value) {
      add(tolerance > 0 ? fmt::format("{} +- {}", format_quantity(*value, unit),
                                      format_quantity(tolerance, unit))
                        : format_quantity(*value, unit));
    }
    if (at_most) add("at most " + format_quantity(*at_most, unit));
    if (at_least) add("at least " + format_quantity(*at_least, unit));
    return words;
  }
};

Bounds bounds_of(const v1::Timing& timing) {
  Bounds bounds{.value = {}, .tolerance = timing.tolerance(), .at_most = {}, .at_least = {}};
  if (timing.has_value()) bounds.value = timing.value();
  if (timing.has_at_most()) bounds.at_most = timing.at_most();
  if (timing.has_at_least()) bounds.at_least = timing.at_least();
  return bounds;
}

Bounds bounds_of(const v1::MeasureBound& measure) {
  Bounds bounds;
  if (measure.has_value()) bounds.value = measure.value().value();
  if (measure.has_tolerance()) bounds.tolerance = measure.tolerance().value();
  if (measure.has_at_most()) bounds.at_most = measure.at_most().value();
  if (measure.has_at_least()) bounds.at_least = measure.at_least().value();
  return bounds;
}

const v1::Measure* find_measure_in(const v1::RunRecord& record, const v1::MeasureBound& wanted) {
  std::string scope;
  std::string subject;
  switch (wanted.subject_case()) {
    case v1::MeasureBound::kCapability:
      scope = "capability";
      subject = wanted.capability();
      break;
    case v1::MeasureBound::kComponent:
      scope = "component";
      subject = wanted.component();
      break;
    case v1::MeasureBound::kPlace:
      scope = "place";
      subject = wanted.place();
      break;
    case v1::MeasureBound::kUsers:
      scope = "users";
      subject = wanted.users();
      break;
    case v1::MeasureBound::SUBJECT_NOT_SET:
      return nullptr;
  }
  const auto found = std::find_if(record.measures().begin(), record.measures().end(),
                                  [&](const v1::Measure& measure) {
                                    return measure.name() == wanted.name() &&
                                           measure.scope() == scope && measure.subject() == subject;
                                  });
  return found == record.measures().end() ? nullptr : &*found;
}

std::string at(double seconds) { return "+" + format_quantity(seconds, v1::UNIT_DURATION); }

}  // namespace

// One expectation and the moments that it has seen so far.
struct Expectations::Tracked {
  std::string name;
  const v1::Expectation* spec;
  std::vector<Watch*> watches;  // timing: event, after; never: the condition; order: each
  std::vector<bool> held_before;
  std::vector<Moment> moments;

  void observe(double now);
  void observe_timing(double now);
  void observe_order(double now);
  void judge(const v1::RunRecord& record, v1::Verdict& verdict) const;
  void judge_timing(v1::Verdict& verdict) const;
  void judge_measure(const v1::RunRecord& record, v1::Verdict& verdict) const;
  void judge_never(v1::Verdict& verdict) const;
  void judge_order(v1::Verdict& verdict) const;
};

Expectations::Expectations(World& world) : world_(world) {
  const std::map<std::string, const v1::Expectation*> sorted = [&] {
    std::map<std::string, const v1::Expectation*> expectations;
    for (const auto& [name, spec] : world.scenario.expect()) expectations[name] = &spec;
    return expectations;
  }();
  for (const auto& [name, spec] : sorted) {
    auto tracked = std::make_unique<Tracked>();
    tracked->name = name;
    tracked->spec = spec;
    const auto add = [&](const v1::Condition& condition) {
      tracked->watches.push_back(&world.watch(condition));
    };
    if (spec->has_timing()) {
      add(spec->timing().event());
      if (spec->timing().has_after()) add(spec->timing().after());
    }
    if (spec->has_never()) add(spec->never());
    for (const v1::Condition& condition : spec->order().of()) add(condition);
    tracked->moments.resize(std::max<std::size_t>(2, tracked->watches.size()));
    tracked->held_before.assign(tracked->watches.size(), false);
    tracked_.push_back(std::move(tracked));
  }
}

Expectations::~Expectations() = default;

void Expectations::observe() {
  for (const auto& tracked : tracked_) tracked->observe(world_.now());
}

void Expectations::Tracked::observe(double now) {
  if (spec->has_timing()) observe_timing(now);
  if (spec->has_order()) observe_order(now);
  if (spec->has_never() && watches[0]->holds() && !moments[0]) moments[0] = watches[0]->since();
}

void Expectations::Tracked::observe_timing(double now) {
  Moment& event = moments[0];
  Moment& after = moments[1];
  if (!after && watches.size() < 2) after = 0;
  if (!after && watches[1]->holds()) after = std::min(watches[1]->since(), now);
  if (after && !event && watches[0]->holds()) event = std::max(*after, watches[0]->since());
}

// The first moment counts from the start; each other one when it *becomes* true from then on.
void Expectations::Tracked::observe_order(double now) {
  for (std::size_t index = 0; index < watches.size(); ++index) {
    const bool holds = watches[index]->holds();
    const bool has_begun = index == 0 || moments[0].has_value();
    if (holds && !held_before[index] && has_begun && !moments[index]) moments[index] = now;
    held_before[index] = holds;
  }
}

void Expectations::Tracked::judge(const v1::RunRecord& record, v1::Verdict& verdict) const {
  verdict.set_name(name);
  verdict.set_basis(spec->basis());
  verdict.set_source(spec->source());
  verdict.set_grade(spec->grade());
  switch (spec->kind_case()) {
    case v1::Expectation::kTiming:
      return judge_timing(verdict);
    case v1::Expectation::kMeasure:
      return judge_measure(record, verdict);
    case v1::Expectation::kNever:
      return judge_never(verdict);
    case v1::Expectation::kOrder:
      return judge_order(verdict);
    case v1::Expectation::KIND_NOT_SET:
      return;
  }
}

void Expectations::Tracked::judge_timing(v1::Verdict& verdict) const {
  const Bounds bounds = bounds_of(spec->timing());
  verdict.set_unit(v1::UNIT_DURATION);
  verdict.set_expected(bounds.in_words(v1::UNIT_DURATION));
  if (!moments[1] || !moments[0]) {
    verdict.set_observed(moments[1] ? "never came" : "never began");
    return;
  }
  const double took = *moments[0] - *moments[1];
  verdict.set_value(took);
  verdict.set_observed(format_quantity(took, v1::UNIT_DURATION));
  verdict.set_held(bounds.allow(took));
}

void Expectations::Tracked::judge_measure(const v1::RunRecord& record, v1::Verdict& verdict) const {
  const Bounds bounds = bounds_of(spec->measure());
  const v1::Measure* measure = find_measure_in(record, spec->measure());
  const v1::Unit unit = measure != nullptr ? measure->unit() : spec->measure().value().unit();
  verdict.set_unit(unit);
  verdict.set_expected(bounds.in_words(unit));
  if (measure == nullptr) {
    verdict.set_observed("absent");
    return;
  }
  verdict.set_value(measure->value());
  verdict.set_observed(format_quantity(measure->value(), unit));
  verdict.set_held(bounds.allow(measure->value()));
}

void Expectations::Tracked::judge_never(v1::Verdict& verdict) const {
  verdict.set_expected("never");
  verdict.set_held(!moments[0]);
  verdict.set_observed(moments[0] ? "at " + at(*moments[0]) : "never");
  if (moments[0]) verdict.set_value(*moments[0]);
  verdict.set_unit(v1::UNIT_DURATION);
}

void Expectations::Tracked::judge_order(v1::Verdict& verdict) const {
  verdict.set_expected(fmt::format("{} moments in order", moments.size()));
  bool is_held = true;
  std::string seen;
  for (std::size_t index = 0; index < moments.size(); ++index) {
    seen += (index == 0 ? "" : ", ") + (moments[index] ? at(*moments[index]) : "never");
    if (!moments[index] ||
        (index > 0 && moments[index - 1] && *moments[index] < *moments[index - 1])) {
      is_held = false;
    }
  }
  verdict.set_observed(seen);
  verdict.set_held(is_held);
}

void Expectations::judge(v1::RunRecord& record) const {
  bool all_held = true;
  for (const auto& tracked : tracked_) {
    v1::Verdict* verdict = record.add_verdicts();
    tracked->judge(record, *verdict);
    all_held &= verdict->held();
  }
  record.set_outcome(all_held ? v1::OUTCOME_HELD : v1::OUTCOME_DEVIATED);
}

}  // namespace chokepoint::sim
