#include "controller/run/guards.h"

#include <fmt/format.h>

#include <algorithm>

#include "controller/plan/make_plan.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::controller {
namespace {

std::string duration(double seconds) { return format_quantity(seconds, v1::UNIT_DURATION); }

// How much of a stretch of the game day no predicting run explains.
double unexplained(const v1::GameDayPlan& plan, const std::string& capability, double from_s,
                   double to_s) {
  double explained = 0;
  for (const v1::DownWindow& window : plan.windows()) {
    if (window.capability() != capability) continue;
    const double from = std::max(from_s, window.from_s() / plan.pace());
    const double to = std::min(to_s, window.to_s() / plan.pace());
    explained += std::max(0.0, to - from);
  }
  return to_s - from_s - explained;
}

}  // namespace

double predicted_down(const v1::GameDayPlan& plan, const std::string& capability, double at_s) {
  const double at = at_s * plan.pace();
  for (const v1::DownWindow& window : plan.windows()) {
    if (window.capability() == capability && window.from_s() <= at && at < window.to_s()) {
      return window.share();
    }
  }
  return 0;
}

std::optional<std::string> tripped(const v1::GameDayPlan& plan, const Sighting& seen) {
  const v1::Deployment& deployment = plan.deployment();
  const v1::Guards& guards = deployment.guards();
  for (const auto& [capability, since_s] : seen.down_since_s) {
    const auto& never = guards.never_down();
    if (std::find(never.begin(), never.end(), capability) != never.end()) {
      return fmt::format("'{}' is down, and must never be", capability);
    }
    const double worse = unexplained(plan, capability, since_s, seen.at_s);
    if (worse > guards.outside_band()) {
      return fmt::format(
          "'{}' is down for {} in which no predicting run had it down; the guard allows {}",
          capability, duration(worse), duration(guards.outside_band()));
    }
  }
  for (const auto& [agent, silent_s] : seen.silent_s) {
    if (silent_s > guards.agent_lost()) {
      return fmt::format("nothing was heard of agent {} for {}; the guard allows {}", agent,
                         duration(silent_s), duration(guards.agent_lost()));
    }
  }
  if (seen.agents_hit > most_agents(deployment)) {
    return fmt::format("{} agents have faults, and the blast radius allows {}", seen.agents_hit,
                       most_agents(deployment));
  }
  return std::nullopt;
}

}  // namespace chokepoint::controller
