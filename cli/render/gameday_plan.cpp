#include "cli/render/gameday_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "cli/render/reading.h"
#include "cli/render/table.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::cli {
namespace {

// To the millisecond: what is told is what a clock on the wall shows.
std::string seconds(double value) {
  return format_quantity(std::round(value * 1000) / 1000, v1::UNIT_DURATION);
}

// The fault without its duration, which stands beside it.
std::string body_of(const v1::PlannedInjection& injection) {
  std::string text = injection.fault().substr(injection.fault().find('\n') + 1);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string injections_of(const v1::GameDayPlan& plan, Colour colour) {
  Table table({Align::right, Align::right, Align::left, Align::left, Align::left});
  table.add({{"at", Tone::dim},
             {"for", Tone::dim},
             {"agent", Tone::dim},
             {"because of", Tone::dim},
             {"fault", Tone::dim}});
  for (const v1::PlannedInjection& injection : plan.injections()) {
    table.add({{seconds(injection.at_s())},
               {seconds(injection.duration_s())},
               {injection.agent()},
               {injection.cause()},
               {body_of(injection)}});
  }
  return paint("Injected", Tone::strong, colour) + "\n" + table.text(colour);
}

std::string work_of(const v1::GameDayPlan& plan, Colour colour) {
  if (plan.work().empty()) return "";
  Table table({Align::right, Align::right, Align::left, Align::left});
  table.add({{"begun", Tone::dim}, {"done", Tone::dim}, {"by", Tone::dim}, {"what", Tone::dim}});
  for (const v1::PlannedWork& one : plan.work()) {
    table.add({{seconds(one.from_s())}, {seconds(one.to_s())}, {one.by()}, {one.action()}});
  }
  return "\n" + paint("Done by people", Tone::strong, colour) +
         ", for no agent does it; the prediction counts on it\n" + table.text(colour);
}

std::string unbound_of(const v1::GameDayPlan& plan, Colour colour) {
  // By reason and fault; racks and members of one thing would be many lines.
  std::map<std::tuple<std::string, std::string>, std::pair<std::string, int>> groups;
  for (const v1::UnboundInjection& one : plan.unbound()) {
    auto& [first, count] = groups[{one.reason(), one.injection().fault()}];
    if (count++ == 0) first = one.injection().target();
  }
  if (groups.empty()) return "";
  Table table({Align::left, Align::left, Align::left});
  for (const auto& [key, group] : groups) {
    const auto& [reason, fault] = key;
    const std::string more = group.second > 1 ? fmt::format(" and {} more", group.second - 1) : "";
    table.add({{fault.empty() ? "-" : fault}, {group.first + more}, {reason}});
  }
  return "\n" + paint("Only simulated", Tone::strong, colour) + "\n" + table.text(colour);
}

std::string bands_of(const v1::GameDayPlan& plan, Colour colour) {
  Table table({Align::left, Align::left, Align::right, Align::right, Align::right, Align::right});
  table.add({{"capability", Tone::dim},
             {"measure", Tone::dim},
             {"lowest", Tone::dim},
             {"median", Tone::dim},
             {"highest", Tone::dim},
             {"in runs", Tone::dim}});
  std::string last;
  for (const v1::Band& band : plan.bands()) {
    const bool is_new = band.capability() != last;
    last = band.capability();
    table.add({{is_new ? band.capability() : ""},
               {band.measure()},
               {reading(band.low(), band.unit())},
               {reading(band.median(), band.unit())},
               {reading(band.high(), band.unit())},
               {reading(band.share(), v1::UNIT_RATIO)}});
  }
  return "\n" + paint("Predicted", Tone::strong, colour) +
         fmt::format(" by {} runs, seeds {} to {}; times are the scenario's\n", plan.seeds(),
                     plan.first_seed(), plan.first_seed() + plan.seeds() - 1) +
         table.text(colour);
}

std::string guards_of(const v1::GameDayPlan& plan, Colour colour) {
  const v1::Guards& guards = plan.deployment().guards();
  Table table({Align::left, Align::left});
  table.add({{"outside the band"},
             {fmt::format("a capability is down for {} where no run had it down",
                          seconds(guards.outside_band()))}});
  table.add(
      {{"agent lost"}, {fmt::format("nothing heard of one for {}", seconds(guards.agent_lost()))}});
  for (const std::string& capability : guards.never_down()) {
    table.add({{"never down"}, {capability}});
  }
  table.add({{"unknown state"}, {"a fault that no witness sees, or that is not seen to go"}});
  table.add({{"blast radius"}, {fmt::format("{} agents at once", plan.agents_hit())}});
  return "\n" + paint("Guards", Tone::strong, colour) + "\n" + table.text(colour);
}

}  // namespace

std::string gameday_plan(const v1::GameDayPlan& plan, Colour colour) {
  std::string name = plan.scenario();
  if (!plan.variant().empty()) name += ", " + plan.variant();
  std::string text = paint(name, Tone::strong, colour);
  text += fmt::format(" on {}: {} in {}\n\n", plan.deployment().deployment(),
                      format_quantity(plan.horizon_s(), v1::UNIT_DURATION),
                      seconds(plan.horizon_s() / plan.pace()));
  text += injections_of(plan, colour) + work_of(plan, colour) + unbound_of(plan, colour) +
          bands_of(plan, colour) + guards_of(plan, colour);
  text += "\n" + paint("Bound to", Tone::strong, colour) + "\n";
  Table table({Align::left, Align::left});
  table.add({{"scenario"}, {plan.scenario_sha256()}});
  table.add({{"deployment"}, {plan.deployment_sha256()}});
  table.add({{"plan"}, {plan.prediction_sha256()}});
  return text + table.text(colour);
}

}  // namespace chokepoint::cli
