#include "controller/record/make_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "controller/compare/compare.h"
#include "controller/plan/sha256.h"
#include "controller/plan/states.h"
#include "scenarios/base/instant.h"
#include "scenarios/base/measures.h"
#include "scenarios/base/sorted.h"

namespace chokepoint::controller {
namespace {

constexpr double kSampleStep = 1;  // seconds of the game day

class Writer {
 public:
  Writer(const std::string& id, const v1::GameDayPlan& plan) : plan_(plan) {
    record_.set_scenario(plan.scenario());
    record_.set_variant(plan.variant());
    *record_.mutable_overrides() = plan.overrides();
    record_.set_digest(plan.digest());
    record_.set_seed(plan.first_seed());
    record_.set_version(CHOKEPOINT_VERSION);
    record_.set_reproduce(fmt::format("chokepoint gameday show {}", id));
    v1::GameDayOrigin& origin = *record_.mutable_game_day();
    origin.set_id(id);
    origin.set_deployment(plan.deployment().deployment());
    origin.set_pace(plan.pace());
    origin.set_prediction_sha256(plan.prediction_sha256());
    for (const auto& [name, probe] : plan.deployment().probes()) {
      (*origin.mutable_resolution_s())[name] = resolution_of(plan, name);
    }
    for (const v1::PlannedInjection& planned : plan.injections()) planned_[planned.id()] = &planned;
  }

  v1::RunRecord write(const std::vector<StoredNote>& notes) {
    std::vector<const v1::GameDayNote*> sorted;
    for (const StoredNote& stored : notes) sorted.push_back(&stored.note);
    // A capability's turn is known later than it happened.
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto* a, const auto* b) { return a->at_s() < b->at_s(); });
    set_length(sorted);
    for (const v1::GameDayNote* note : sorted) take(*note);
    for (const auto& [name, turn] : now_) close(name, horizon_s_);
    add_measures();
    judge();
    std::string events;
    for (const v1::Event& event : record_.events()) events += event.SerializeAsString();
    record_.set_fingerprint(sha256(events).substr(0, 16));
    return std::move(record_);
  }

 private:
  struct State {
    bool is_up = true;
    double from_s = 0;
  };

  double scenario_time(double at_s) const { return at_s * plan_.pace(); }

  // The planned one, unless it was over before.
  void set_length(const std::vector<const v1::GameDayNote*>& notes) {
    double last_s = 0;
    double started_wall = 0;
    for (const v1::GameDayNote* note : notes) {
      last_s = std::max(last_s, note->at_s());
      if (note->state().state() == v1::GAME_DAY_STATE_RUNNING) started_wall = note->wall();
    }
    horizon_s_ = std::min(plan_.horizon_s(), scenario_time(last_s));
    record_.set_horizon_s(horizon_s_);
    if (started_wall > 0) {
      record_.set_start(format_instant(
          std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(started_wall)))));
    }
  }

  void take(const v1::GameDayNote& note) {
    const double at = scenario_time(note.at_s());
    switch (note.what_case()) {
      case v1::GameDayNote::kState:
        return state(note.state());
      case v1::GameDayNote::kInjection:
        return injection(at, note.injection());
      case v1::GameDayNote::kProbe:
        return turn(at, note.probe());
      case v1::GameDayNote::kSample:
        return sample(note.at_s(), note.sample());
      case v1::GameDayNote::WHAT_NOT_SET:
        return;
    }
  }

  void state(const v1::StateNote& note) {
    record_.mutable_game_day()->set_ended(
        note.reason().empty() ? std::string(text_of(note.state()))
                              : fmt::format("{}: {}", text_of(note.state()), note.reason()));
    state_ = note.state();
  }

  void injection(double at, const v1::InjectionNote& note) {
    const v1::PlannedInjection& planned = *planned_.at(note.id());
    event(at, v1::EVENT_KIND_FAULT, planned.cause(),
          fmt::format("{} on {}: {}{}{}", note.id(), planned.agent(), text_of(note.step()),
                      note.text().empty() ? "" : ", ", note.text()));
    const bool begins = note.step() == v1::INJECTION_STEP_INJECTED;
    const bool ends =
        note.step() == v1::INJECTION_STEP_REVERTED || note.step() == v1::INJECTION_STEP_ENDED;
    if (!begins && !ends) return;
    v1::Injection& one = *record_.add_injections();
    one.set_at_s(at);
    one.set_primitive(planned.primitive());
    one.set_target(fmt::format("{}, {}", planned.agent(), planned.target()));
    one.set_value(begins ? 1 : 0);
    one.set_fault(planned.cause());
  }

  void turn(double at, const v1::ProbeNote& note) {
    const double clipped = std::clamp(at, 0.0, horizon_s_);
    close(note.capability(), clipped);
    now_[note.capability()] = {.is_up = note.is_up(), .from_s = clipped};
    event(at, v1::EVENT_KIND_CAPABILITY, note.capability(),
          fmt::format("{}: {}", note.is_up() ? "up" : "down", note.text()));
  }

  void close(const std::string& capability, double at) {
    const auto found = now_.find(capability);
    if (found == now_.end() || at <= found->second.from_s) return;
    v1::Interval& interval = *record_.add_intervals();
    interval.set_scope("capability");
    interval.set_subject(capability);
    interval.set_state(found->second.is_up ? "up" : "down");
    interval.set_from_s(found->second.from_s);
    interval.set_to_s(at);
  }

  void event(double at, v1::EventKind kind, const std::string& subject, const std::string& text) {
    v1::Event& event = *record_.add_events();
    event.set_at_s(at);
    event.set_kind(kind);
    event.set_subject(subject);
    event.set_text(text);
  }

  void sample(double at_s, const v1::SampleNote& note) {
    if (at_s < 0) return;
    v1::Samples& samples = *record_.mutable_samples();
    samples.set_step_s(kSampleStep * plan_.pace());
    const auto step = static_cast<int>(std::floor(at_s / kSampleStep));
    add(column(note.capability(), "requested"), step, note.asked());
    add(column(note.capability(), "succeeded"), step, note.succeeded());
    add(column(note.capability(), "failed"), step, note.asked() - note.succeeded());
  }

  v1::Column& column(const std::string& capability, const std::string& metric) {
    for (v1::Column& one : *record_.mutable_samples()->mutable_columns()) {
      if (one.subject() == capability && one.metric() == metric) return one;
    }
    v1::Column& one = *record_.mutable_samples()->add_columns();
    one.set_scope("capability");
    one.set_subject(capability);
    one.set_metric(metric);
    return one;
  }

  static void add(v1::Column& column, int step, double value) {
    while (column.values_size() <= step) column.add_values(0);
    column.set_values(step, column.values(step) + value);
  }

  void add_measures() {
    if (horizon_s_ <= 0) return;
    for (const auto& [capability, turn] : now_) {
      double total = 0, longest = 0, count = 0, last_to = 0;
      std::optional<double> first;
      for (const v1::Interval& interval : record_.intervals()) {
        if (interval.subject() != capability || interval.state() != "down") continue;
        const double length = interval.to_s() - interval.from_s();
        total += length;
        longest = std::max(longest, length);
        count += 1;
        if (!first) first = interval.from_s();
        last_to = interval.to_s();
      }
      measure(capability, "availability", 1 - total / horizon_s_);
      measure(capability, "outage", total);
      measure(capability, "longest_outage", longest);
      measure(capability, "outages", count);
      if (!first) continue;
      if (plan_.has_first_fault_s() && plan_.first_fault_s() <= *first) {
        measure(capability, "onset", *first - plan_.first_fault_s());
      }
      if (last_to < horizon_s_) measure(capability, "recovery_time", last_to - *first);
    }
  }

  void measure(const std::string& capability, std::string_view name, double value) {
    v1::Measure& measure = *record_.add_measures();
    measure.set_name(std::string(name));
    measure.set_scope("capability");
    measure.set_subject(capability);
    measure.set_value(value);
    measure.set_unit(find_measure("capability", name)->unit);
  }

  void judge() {
    record_.set_outcome(v1::OUTCOME_HELD);
    for (const Compared& one : compare(plan_, record_)) {
      if (!one.decides) continue;
      v1::Verdict& verdict = *record_.add_verdicts();
      verdict.set_name(fmt::format("{}-{}", one.predicted.capability(), one.predicted.measure()));
      verdict.set_held(one.is_inside());
      verdict.set_basis(v1::BASIS_PREDICTED);
      verdict.set_expected(text_of(one));
      if (one.observed) verdict.set_value(*one.observed);
      verdict.set_unit(one.predicted.unit());
      if (!one.is_inside()) record_.set_outcome(v1::OUTCOME_DEVIATED);
    }
    if (state_ == v1::GAME_DAY_STATE_ABORTED || state_ == v1::GAME_DAY_STATE_REFUSED ||
        state_ == v1::GAME_DAY_STATE_REVERTING) {
      record_.set_outcome(v1::OUTCOME_ABORTED);
    }
    if (state_ == v1::GAME_DAY_STATE_NOT_REVERTED) record_.set_outcome(v1::OUTCOME_NOT_REVERTED);
  }

  const v1::GameDayPlan& plan_;
  v1::RunRecord record_;
  std::map<std::string, const v1::PlannedInjection*> planned_;
  std::map<std::string, State> now_;
  double horizon_s_ = 0;
  v1::GameDayState state_ = v1::GAME_DAY_STATE_UNSPECIFIED;
};

}  // namespace

v1::RunRecord make_record(const std::string& id, const v1::GameDayPlan& plan,
                          const std::vector<StoredNote>& notes) {
  return Writer(id, plan).write(notes);
}

}  // namespace chokepoint::controller
