#include "sim/operators/team.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "sim/operators/action.h"
#include "sim/world/world.h"

namespace chokepoint::sim {

Team::Team(World& world, Faults& faults, std::string name, const v1::Operators& spec)
    : world_(world), faults_(faults), name_(std::move(name)), spec_(spec) {}

// Watches everything from time 0, so that a `lasting` counts from when it began.
void Team::start() {
  const std::map<std::string, const v1::Step*> sorted = [this] {
    std::map<std::string, const v1::Step*> steps;
    for (const auto& [name, step] : spec_.runbook()) steps[name] = &step;
    return steps;
  }();
  watches_ = &world_.watch(spec_.watches());
  for (const auto& [name, step] : sorted) {
    whens_[name] = step->has_when() ? &world_.watch(step->when()) : nullptr;
  }
  world_.kernel.spawn(name_, [this] { work(); });
}

void Team::wait_until(const std::function<bool()>& holds) {
  while (!holds()) world_.kernel.wait_change(std::numeric_limits<double>::infinity());
}

bool Team::is_done(const std::string& step) const {
  return world_.steps.at(name_ + "/" + step).finished;
}

bool Team::all_done() const {
  return std::all_of(spec_.runbook().begin(), spec_.runbook().end(),
                     [this](const auto& entry) { return is_done(entry.first); });
}

// One round for each time that there is something to notice. What was done in an earlier round
// stays done for conditions elsewhere until the step is begun again.
void Team::work() {
  const Watch& watch = *watches_;
  Stream draws = world_.streams.stream(name_, "detection");
  while (true) {
    world_.wait_for(watch);
    world_.kernel.sleep_until(world_.now() + draws.duration(spec_.detection()));
    wait_until([this] { return !world_.is_absent(name_); });
    world_.noticed_at.push_back(world_.now());
    world_.recorder.event(v1::EVENT_KIND_OPERATORS, name_, "noticed", "");
    for (const auto& [step, when] : whens_) {
      world_.steps.at(name_ + "/" + step) = {};
      world_.kernel.spawn(name_ + "/" + step,
                          [this, step = step, when = when] { work_on(step, when); });
    }
    world_.settle();
    wait_until([this] { return all_done(); });
    wait_until([&watch] { return !watch.holds(); });
  }
}

bool Team::may_start(const v1::Step& step, const Watch* when) const {
  const bool is_its_turn =
      std::all_of(step.after().begin(), step.after().end(),
                  [this](const std::string& before) { return is_done(before); });
  return is_its_turn && busy_ < spec_.people() && !world_.is_absent(name_) &&
         (when == nullptr || when->holds());
}

void Team::work_on(const std::string& step, const Watch* when) {
  const std::string subject = name_ + "/" + step;
  const v1::Step& spec = spec_.runbook().at(step);
  wait_until([&] { return may_start(spec, when); });

  ++busy_;
  world_.steps.at(subject).started = true;
  world_.recorder.event(v1::EVENT_KIND_OPERATORS, subject, "started", "");
  world_.recorder.state("step", subject, "working", "");
  world_.settle();
  Stream draws = world_.streams.stream(subject, "work");
  world_.kernel.sleep_until(world_.now() + draws.duration(spec.takes()));
  const bool has_worked = act(world_, faults_, spec);
  --busy_;
  world_.recorder.end("step", subject);
  world_.recorder.event(v1::EVENT_KIND_OPERATORS, subject, has_worked ? "done" : "failed", "");
  world_.steps.at(subject).finished = has_worked;
  world_.settle();
}

}  // namespace chokepoint::sim
