#include "tests/cli/sample_record.h"

#include <fmt/format.h>

#include <algorithm>

namespace chokepoint::cli::testing {
namespace {

constexpr double kMinute = 60;
constexpr double kHour = 3600;
constexpr double kHalt = 28 * kMinute;
constexpr double kCancelOnly = 7 * kHour + 5 * kMinute;
constexpr double kAuction = 8 * kHour;
constexpr double kOpen = 8 * kHour + 29 * kMinute;
constexpr double kEnd = 22 * kHour;
constexpr const char* kHall = "aws/us-east-1/use1-az4/hall-1";

void add_faults_and_places(RecordBuilder& build) {
  build.event(0, v1::EVENT_KIND_FAULT, "chillers-fail", "injected")
      .event(13 * kMinute, v1::EVENT_KIND_PLACE, kHall, "first rack tripped at 37.2degC",
             "chillers-fail")
      .event(21.5 * kHour, v1::EVENT_KIND_FAULT, "chillers-fail", "reverted")
      .interval("place", kHall, 0, 60, "cool")
      .interval("place", kHall, 60, 21.5 * kHour, "hot", "chillers-fail")
      .interval("place", kHall, 21.5 * kHour, kEnd, "cool")
      .interval("place", "aws/us-east-1/use1-az1", 0, kEnd, "cool")
      .inject(v1::PRIMITIVE_HOST_OFF, kHall, 31, 13 * kMinute, 41 * kMinute, "chillers-fail")
      .inject(v1::PRIMITIVE_HOST_ON, kHall, 31, 6 * kHour, 21 * kHour, "chillers-fail");
}

void add_components(RecordBuilder& build) {
  build
      .event(kHalt, v1::EVENT_KIND_COMPONENT, "matching-engine",
             "leader lost, 2 of 5 members on, no majority", kHall)
      .event(kHalt, v1::EVENT_KIND_COMPONENT, "matching-engine", "down", kHall)
      .event(kHalt, v1::EVENT_KIND_GATE, "market", "halted", "matching-engine")
      .interval("component", "matching-engine", 0, 20 * kMinute, "up")
      .interval("component", "matching-engine", 20 * kMinute, kHalt, "degraded", kHall)
      .interval("component", "matching-engine", kHalt, kCancelOnly, "down", kHall)
      .interval("component", "matching-engine", kCancelOnly, kEnd, "up", "exchange-team/rebuild")
      .interval("component", "market", 0, kHalt, "continuous")
      .interval("component", "market", kHalt, kCancelOnly, "halted", "matching-engine")
      .interval("component", "market", kCancelOnly, kAuction, "cancel-only",
                "exchange-team/rebuild")
      .interval("component", "market", kAuction, kOpen, "auction")
      .interval("component", "market", kOpen, kEnd, "continuous")
      .interval("component", "gateway", 0, kEnd, "up");
}

void add_operators(RecordBuilder& build) {
  build.event(30 * kMinute, v1::EVENT_KIND_OPERATORS, "exchange-team", "noticed", "market")
      .event(30 * kMinute, v1::EVENT_KIND_OPERATORS, "exchange-team/diagnose", "started")
      .event(4 * kHour, v1::EVENT_KIND_OPERATORS, "exchange-team/diagnose", "done")
      .event(4 * kHour, v1::EVENT_KIND_OPERATORS, "exchange-team/rebuild", "started")
      .event(kCancelOnly, v1::EVENT_KIND_OPERATORS, "exchange-team/rebuild", "done")
      .event(5 * kHour, v1::EVENT_KIND_OPERATORS, "exchange-team/promote", "failed")
      .interval("step", "exchange-team/diagnose", 30 * kMinute, 4 * kHour, "working")
      .interval("step", "exchange-team/rebuild", 4 * kHour, kCancelOnly, "working")
      .interval("step", "exchange-team/promote", 4 * kHour, 5 * kHour, "working")
      .interval("step", "exchange-team/write-it-up", kOpen, kEnd, "working");
}

void add_results(RecordBuilder& build) {
  build.measure("capability", "trade", "availability", 0.6354, v1::UNIT_RATIO)
      .measure("capability", "trade", "outage", 8 * kHour + kMinute, v1::UNIT_DURATION)
      .measure("capability", "trade", "failed", 24231123, v1::UNIT_NONE)
      .measure("capability", "trade", "value_lost", 7.1e9, v1::UNIT_MONEY)
      .measure("capability", "view", "availability", 0.999971, v1::UNIT_RATIO)
      .measure("component", "matching-engine", "downtime", 397 * kMinute, v1::UNIT_DURATION)
      .measure("component", "matching-engine", "elections", 2, v1::UNIT_NONE)
      .measure("place", kHall, "racks_off_peak", 31, v1::UNIT_NONE)
      .measure("place", kHall, "hottest", 45.125, v1::UNIT_TEMPERATURE)
      .measure("place", "aws", "racks_off_peak", 31, v1::UNIT_NONE)
      .verdict("halt", v1::BASIS_CALIBRATED, "28min +-5min", "28min", "A")
      .verdict("hall-before-market", v1::BASIS_PREDICTED,
               "in this order: hall-1 degraded, matching-engine down, market cancel-only, market "
               "auction, "
               "market continuous",
               "in this order", "B")
      .verdict("continuous", v1::BASIS_PREDICTED, "at most 7h", "8h1min", "B")
      .but_deviated();
}

}  // namespace

RecordBuilder::RecordBuilder(const std::string& scenario, double horizon_s) {
  record.set_scenario(scenario);
  record.set_digest("0123456789abcdef");
  record.set_seed(1);
  record.set_version("0.1.0");
  record.set_start("2026-05-07T23:20:00Z");
  record.set_horizon_s(horizon_s);
  record.set_fingerprint("fedcba9876543210");
  record.set_reproduce(fmt::format("chokepoint run {}.yaml --seed 1", scenario));
  record.set_outcome(v1::OUTCOME_HELD);
}

RecordBuilder& RecordBuilder::interval(const std::string& scope, const std::string& subject,
                                       double from_s, double to_s, const std::string& state,
                                       const std::string& cause) {
  v1::Interval* interval = record.add_intervals();
  interval->set_scope(scope);
  interval->set_subject(subject);
  interval->set_from_s(from_s);
  interval->set_to_s(to_s);
  interval->set_state(state);
  interval->set_cause(cause);
  return *this;
}

RecordBuilder& RecordBuilder::event(double at_s, v1::EventKind kind, const std::string& subject,
                                    const std::string& text, const std::string& cause) {
  v1::Event* event = record.add_events();
  event->set_at_s(at_s);
  event->set_kind(kind);
  event->set_subject(subject);
  event->set_text(text);
  event->set_cause(cause);
  return *this;
}

RecordBuilder& RecordBuilder::inject(v1::Primitive primitive, const std::string& owner, int count,
                                     double from_s, double to_s, const std::string& fault) {
  for (int i = 0; i < count; ++i) {
    v1::Injection* injection = record.add_injections();
    injection->set_at_s(count == 1 ? from_s : from_s + (to_s - from_s) * i / (count - 1));
    injection->set_primitive(primitive);
    injection->set_target(fmt::format("{}/rack-{}", owner, i + 1));
    injection->set_fault(fault);
  }
  return *this;
}

RecordBuilder& RecordBuilder::measure(const std::string& scope, const std::string& subject,
                                      const std::string& name, double value, v1::Unit unit) {
  v1::Measure* measure = record.add_measures();
  measure->set_scope(scope);
  measure->set_subject(subject);
  measure->set_name(name);
  measure->set_value(value);
  measure->set_unit(unit);
  return *this;
}

RecordBuilder& RecordBuilder::verdict(const std::string& name, v1::Basis basis,
                                      const std::string& expected, const std::string& observed,
                                      const std::string& grade) {
  v1::Verdict* verdict = record.add_verdicts();
  verdict->set_name(name);
  verdict->set_held(true);
  verdict->set_basis(basis);
  verdict->set_expected(expected);
  verdict->set_observed(observed);
  verdict->set_grade(grade);
  return *this;
}

RecordBuilder& RecordBuilder::but_deviated() {
  record.mutable_verdicts()->rbegin()->set_held(false);
  record.set_outcome(v1::OUTCOME_DEVIATED);
  return *this;
}

RecordBuilder& RecordBuilder::column(const std::string& scope, const std::string& subject,
                                     const std::string& metric,
                                     std::initializer_list<double> values) {
  v1::Column* column = record.mutable_samples()->add_columns();
  column->set_scope(scope);
  column->set_subject(subject);
  column->set_metric(metric);
  for (const double value : values) column->add_values(value);
  return *this;
}

v1::RunRecord hall_outage() {
  RecordBuilder build("hall-outage", kEnd);
  add_faults_and_places(build);
  add_components(build);
  add_operators(build);
  build.interval("capability", "trade", 0, kHalt, "up")
      .interval("capability", "trade", kHalt, kOpen, "down", "market")
      .interval("capability", "trade", kOpen, kEnd, "up")
      .interval("capability", "view", 0, kHalt, "up")
      .interval("capability", "view", kHalt, kHalt + 40, "degraded", "gateway")
      .interval("capability", "view", kHalt + 40, kEnd, "up");
  add_results(build);
  std::stable_sort(build.record.mutable_events()->begin(), build.record.mutable_events()->end(),
                   [](const v1::Event& a, const v1::Event& b) { return a.at_s() < b.at_s(); });
  build.record.mutable_samples()->set_step_s(11 * kHour);
  build.column("capability", "trade", "succeeded", {123456, 0.1})
      .column("place", kHall, "temperature_degC", {41.25, 24});
  return build.record;
}

v1::RunRecord quiet_hour() {
  return RecordBuilder("quiet-hour", kHour).interval("capability", "trade", 0, kHour, "up").record;
}

v1::RunRecord flapping(int times) {
  RecordBuilder build("flapping", kHour);
  const double step = kHour / (2 * times);
  for (int i = 0; i < times; ++i) {
    build.interval("capability", "trade", 2 * i * step, (2 * i + 1) * step, "up");
    build.interval("capability", "trade", (2 * i + 1) * step, (2 * i + 2) * step, "down",
                   "gateway");
  }
  return build.record;
}

}  // namespace chokepoint::cli::testing
