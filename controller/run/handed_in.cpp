#include "controller/run/handed_in.h"

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <string>

#include "controller/plan/make_plan.h"
#include "controller/probes/within_rules.h"
#include "controller/run/progress.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::controller {
namespace {

constexpr const char* kAgain = "make it again: chokepoint gameday plan";
constexpr double kClocksDiffer = 300;  // seconds

Error wrong(std::string message) { return {.message = std::move(message), .hint = kAgain}; }

Status check_injections(const v1::GameDayPlan& plan) {
  if (plan.injections_size() > kMostInjections) {
    return wrong(fmt::format("the plan has {} injections; {} are the most", plan.injections_size(),
                             kMostInjections));
  }
  if (plan.work_size() > kMostInjections) {
    return wrong(fmt::format("the plan has {} steps of people; {} are the most", plan.work_size(),
                             kMostInjections));
  }
  std::set<std::string> ids;
  for (const v1::PlannedInjection& one : plan.injections()) {
    if (one.id().size() > kLongestId) {
      return wrong(fmt::format("an injection's id is longer than {} letters", kLongestId));
    }
    if (!ids.insert(one.id()).second) {
      return wrong(fmt::format("the plan has two injections {}", one.id()));
    }
    if (one.fault().size() > kLongestFault) {
      return wrong(fmt::format("the fault of injection {} is longer than {} letters", one.id(),
                               kLongestFault));
    }
  }
  return Ok{};
}

Status check_life(const v1::GameDayPlan& plan, double now) {
  // Written so that what is no number is refused.
  const bool is_made = plan.made_at() <= now + kClocksDiffer;
  const bool ends_in_time = plan.expires_at() <= plan.made_at() + kValidFor;
  if (is_made && ends_in_time) return Ok{};
  return Error{.code = Code::denied,
               .message = is_made ? "the plan is to be valid for longer than a day"
                                  : "the plan was made in the future",
               .hint = is_made ? kAgain : "set the clocks right, and make it again"};
}

}  // namespace

Status check_handed_in(const v1::GameDayPlan& plan, double now) {
  const bool is_as_made = digest_of_plan(plan) == plan.plan_sha256() &&
                          digest_of_prediction(plan) == plan.prediction_sha256();
  if (!is_as_made) {
    return Error{
        .code = Code::denied, .message = "the plan was changed after it was made", .hint = kAgain};
  }
  if (Status within = within_rules(plan); !within) {
    return wrong("the plan is not whole: " + within.error().message);
  }
  const v1::Deployment& deployment = plan.deployment();
  if (!deployment.has_guards()) return wrong("the plan is not whole: it has no guards");
  if (deployment.probes_size() > kMostProbes) {
    return wrong(fmt::format("the plan has {} probes; {} are the most", deployment.probes_size(),
                             kMostProbes));
  }
  if (Status fit = check_injections(plan); !fit) return fit;
  if (const double length = length_of(plan); length > kLongestGameDay) {
    return Error{.message = fmt::format("the game day would last {}, and {} is the longest",
                                        format_quantity(length, v1::UNIT_DURATION),
                                        format_quantity(kLongestGameDay, v1::UNIT_DURATION)),
                 .hint = "plan it at a higher --pace"};
  }
  return check_life(plan, now);
}

}  // namespace chokepoint::controller
