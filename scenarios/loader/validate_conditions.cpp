#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenarios/base/assert.h"
#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

using v1::Condition;

constexpr std::array<std::string_view, 5> kQuestions = {"is", "gate", "at_least", "below",
                                                        "lag_below"};

int questions_in(const Condition& condition) {
  return (condition.is() != v1::STATE_UNSPECIFIED ? 1 : 0) + (condition.gate().empty() ? 0 : 1) +
         (condition.has_at_least() ? 1 : 0) + (condition.has_below() ? 1 : 0) +
         (condition.has_lag_below() ? 1 : 0);
}

std::string_view subject_of(const Condition& condition) {
  switch (condition.subject_case()) {
    case Condition::kComponent:
      return "component";
    case Condition::kCapability:
      return "capability";
    case Condition::kPlace:
      return "place";
    case Condition::kFault:
      return "fault";
    case Condition::kStep:
      return "step";
    case Condition::kAll:
      return "all";
    case Condition::kAny:
      return "any";
    case Condition::SUBJECT_NOT_SET:
      break;
  }
  return "";
}

std::string_view states_of(Condition::SubjectCase subject) {
  switch (subject) {
    case Condition::kComponent:
      return "up, degraded, down, stalled, drained, promoted, pending, captured, paused, deceived";
    case Condition::kCapability:
      return "up, degraded, down";
    case Condition::kPlace:
      return "up, degraded, down, cool, hot";
    case Condition::kFault:
      return "injected, reverted";
    case Condition::kStep:
      return "started, done";
    case Condition::kAll:
    case Condition::kAny:
    case Condition::SUBJECT_NOT_SET:
      break;
  }
  return "";
}

bool can_be(Condition::SubjectCase subject, v1::State state) {
  const bool component = subject == Condition::kComponent;
  const bool place = subject == Condition::kPlace;
  switch (state) {
    case v1::STATE_UP:
    case v1::STATE_DEGRADED:
    case v1::STATE_DOWN:
      return component || place || subject == Condition::kCapability;
    case v1::STATE_COOL:
    case v1::STATE_HOT:
      return place;
    case v1::STATE_INJECTED:
    case v1::STATE_REVERTED:
      return subject == Condition::kFault;
    case v1::STATE_STARTED:
    case v1::STATE_DONE:
      return subject == Condition::kStep;
    case v1::STATE_STALLED:
    case v1::STATE_DRAINED:
    case v1::STATE_PROMOTED:
    case v1::STATE_PENDING:
    case v1::STATE_CAPTURED:
    case v1::STATE_PAUSED:
    case v1::STATE_DECEIVED:
      return component;
    case v1::STATE_UNSPECIFIED:
    case v1::State_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::State_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return true;
}

// What this very component or place lacks to be ever in the state; empty for nothing.
Validation::Mistake lacks(const Validation& v, const Condition& condition) {
  if (condition.subject_case() == Condition::kPlace) {
    const bool about_cooling = condition.is() == v1::STATE_COOL || condition.is() == v1::STATE_HOT;
    if (!about_cooling || v.is_cooled(condition.place()) ||
        !contains(v.names().places, condition.place())) {
      return {};
    }
    return {fmt::format("place '{}' has no cooling, so it never gets hot", condition.place()),
            "give it, or a place below it, 'cooling'"};
  }
  const v1::Component* component = v.component(condition.component());
  if (component == nullptr) return {};
  const std::string& name = condition.component();
  if (condition.is() == v1::STATE_STALLED && !has_control_plane(*component)) {
    return {fmt::format("component '{}' has no control plane that could stall", name),
            std::string(kHaveControlPlane)};
  }
  if (condition.is() == v1::STATE_DRAINED && !component->has_log()) {
    return {fmt::format("component '{}' is no log, so nothing is drained", name)};
  }
  if (condition.is() == v1::STATE_PROMOTED && !component->has_standby()) {
    return {fmt::format("component '{}' has no standby that could be promoted", name)};
  }
  if ((condition.is() == v1::STATE_PENDING || condition.is() == v1::STATE_CAPTURED) &&
      !component->has_authority()) {
    return {fmt::format("component '{}' is no authority, so it takes no orders", name)};
  }
  if (condition.is() == v1::STATE_PAUSED && !component->has_vault() && !component->has_lender()) {
    return {fmt::format("component '{}' is no vault and no lender, so it is never paused", name)};
  }
  if (condition.is() == v1::STATE_DECEIVED && !component->has_pool()) {
    return {fmt::format("component '{}' is no pool, so it deceives nobody", name)};
  }
  if (condition.has_lag_below() && !component->has_log()) {
    return {fmt::format("component '{}' is no log, so its readers have no lag", name)};
  }
  return {};
}

void check_questions(const Validation& v, const Condition& condition, const Path& path) {
  const std::string_view subject = subject_of(condition);
  const int questions = questions_in(condition);
  const bool joins = condition.has_all() || condition.has_any();
  if (joins && questions > 0) {
    return v.refuse(path, {"is", "gate", "at_least", "below", "lag_below"},
                    {fmt::format("'{}' joins conditions, nothing more can be asked of it", subject),
                     "ask it of the conditions inside"});
  }
  if (joins || questions == 1) return;
  for (const std::string_view question : kQuestions) {
    if (v.unread().touches(path.field(question))) return;
  }
  if (questions == 0) {
    v.refuse(path, {subject},
             {fmt::format("what about this {}?", subject),
              condition.has_component()
                  ? "one of is, gate, at_least, below, lag_below must stand beside it"
                  : fmt::format("is: one of {}", states_of(condition.subject_case()))});
  }
}

void check(const Validation& v, const Condition& condition, const Path& path) {
  const Condition::SubjectCase subject = condition.subject_case();
  if (subject == Condition::SUBJECT_NOT_SET) return;
  check_questions(v, condition, path);
  if (condition.has_all() || condition.has_any()) return;
  const bool shares = condition.has_at_least() || condition.has_below();
  if (!condition.has_component() && (shares || condition.has_lag_below())) {
    v.refuse(path, {"at_least", "below", "lag_below"},
             {fmt::format("this can be asked of a component, not of '{}'", subject_of(condition))});
    return;
  }
  if (!can_be(subject, condition.is())) {
    v.refuse(path, {"is"},
             {fmt::format("a {} is never '{}'", subject_of(condition), state_name(condition.is())),
              fmt::format("one of {}", states_of(subject))});
    return;
  }
  if (const auto mistake = lacks(v, condition); !mistake.message.empty()) {
    v.refuse(path, {condition.has_lag_below() ? "lag_below" : "is", subject_of(condition)},
             mistake);
  }
}

}  // namespace

std::string state_name(v1::State state) {
  return written(v1::State_descriptor()->FindValueByNumber(state));
}

bool has_control_plane(const v1::Component& component) {
  return component.log().has_control_plane() || component.standby().automatic() ||
         component.has_config() || component.dns().has_failover() ||
         component.dns().has_automation() || component.has_leases();
}

bool mentions(const Condition& condition, const std::function<bool(const Condition&)>& matches) {
  const auto inside = [&](const v1::Conditions& joined) {
    return std::any_of(joined.of().begin(), joined.of().end(),
                       [&](const Condition& each) { return mentions(each, matches); });
  };
  return matches(condition) || inside(condition.all()) || inside(condition.any());
}

void validate_conditions(const Validation& v) {
  for_each_message(v.scenario(), v.root(),
                   [&](const google::protobuf::Message& message, const Path& path) {
                     if (message.GetDescriptor() != Condition::descriptor()) return;
                     check(v, static_cast<const Condition&>(message), path);
                   });
}

}  // namespace chokepoint
