#include "controller/run/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "controller/plan/states.h"
#include "controller/run/guards.h"
#include "scenarios/base/sorted.h"

namespace chokepoint::controller {

Progress::Progress(const StoredGameDay& game_day) : plan_(game_day.plan) {
  status_.set_id(game_day.id);
  status_.set_state(v1::GAME_DAY_STATE_PLANNED);
  status_.set_scenario(plan_.scenario());
  status_.set_variant(plan_.variant());
  status_.set_deployment(plan_.deployment().deployment());
  status_.set_by(game_day.by);
  status_.set_length_s(length_of(plan_));
  status_.set_pace(plan_.pace());
  for (const std::string& name : sorted_names(plan_.deployment().probes())) {
    status_.add_capabilities()->set_capability(name);
    is_known_[name] = false;
  }
  for (const v1::PlannedInjection& planned : plan_.injections()) {
    v1::InjectionStatus& one = *status_.add_injections();
    one.set_id(planned.id());
    one.set_agent(planned.agent());
    by_id_[planned.id()] = status_.injections_size() - 1;
  }
}

void Progress::apply(const v1::GameDayNote& note) {
  last_s_ = std::max(last_s_, note.at_s());
  switch (note.what_case()) {
    case v1::GameDayNote::kState:
      status_.set_state(note.state().state());
      if (!note.state().reason().empty()) status_.set_reason(note.state().reason());
      status_.set_news(fmt::format("{}{}{}", text_of(note.state().state()),
                                   note.state().reason().empty() ? "" : ": ",
                                   note.state().reason()));
      return;
    case v1::GameDayNote::kInjection: {
      const auto found = by_id_.find(note.injection().id());
      if (found == by_id_.end()) return;
      v1::InjectionStatus& one = *status_.mutable_injections(found->second);
      one.set_step(note.injection().step());
      one.set_text(note.injection().text());
      status_.set_news(fmt::format("{} on {}: {}{}{}", one.id(), one.agent(), text_of(one.step()),
                                   one.text().empty() ? "" : ", ", one.text()));
      return;
    }
    case v1::GameDayNote::kProbe: {
      const std::string& name = note.probe().capability();
      is_known_[name] = true;
      if (note.probe().is_up()) {
        down_since_s_.erase(name);
      } else {
        down_since_s_.emplace(name, note.at_s());
      }
      for (v1::CapabilityStatus& one : *status_.mutable_capabilities()) {
        if (one.capability() == name) one.set_is_up(note.probe().is_up());
      }
      status_.set_news(fmt::format("{} is {}: {}", name, note.probe().is_up() ? "up" : "down",
                                   note.probe().text()));
      return;
    }
    case v1::GameDayNote::kSample:
    case v1::GameDayNote::WHAT_NOT_SET:
      return;
  }
}

v1::GameDayStatus Progress::status(double at_s) const {
  v1::GameDayStatus status = status_;
  const double at = is_final(status_.state()) ? last_s_ : at_s;
  status.set_at_s(at);
  for (v1::CapabilityStatus& one : *status.mutable_capabilities()) {
    one.set_predicted_down(predicted_down(plan_, one.capability(), at));
  }
  if (status_.state() != v1::GAME_DAY_STATE_RUNNING) return status;
  for (const v1::PlannedWork& one : plan_.work()) {
    if (one.from_s() <= at) *status.add_due() = one;
  }
  return status;
}

std::string Progress::unknown_capability() const {
  for (const auto& [name, is_known] : is_known_) {
    if (!is_known) return name;
  }
  return "";
}

double length_of(const v1::GameDayPlan& plan) {
  double length = plan.horizon_s() / plan.pace();
  const double watched = plan.deployment().guards().watch_after();
  for (const v1::PlannedInjection& planned : plan.injections()) {
    length = std::max(length, planned.at_s() + planned.duration_s() + watched);
  }
  return length;
}

}  // namespace chokepoint::controller
