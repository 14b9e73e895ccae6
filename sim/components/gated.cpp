#include "sim/components/gated.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "scenarios/base/assert.h"
#include "sim/world/watch.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

bool all_hold(const std::vector<Watch*>& watches) {
  return std::all_of(watches.begin(), watches.end(),
                     [](const Watch* watch) { return watch->holds(); });
}

}  // namespace

Gated::Gated(World& world, const std::string& name, const v1::Component& spec)
    : Component(world, name, spec), gated_(spec.gated()) {
  std::string after;
  while (gates_.size() < static_cast<std::size_t>(gated_.gates_size())) {
    const auto next =
        std::find_if(gated_.gates().begin(), gated_.gates().end(),
                     [&](const auto& entry) { return entry.second.after() == after; });
    CHOKEPOINT_ASSERT(next != gated_.gates().end(), "the loader lets only gates in one line pass");
    gates_.push_back({.name = next->first, .spec = &next->second, .needs = {}, .opens_when = {}});
    after = next->first;
  }
  open_ = gates_.size();
}

std::size_t Gated::gate_number(const std::string& gate) const {
  const auto found = std::find_if(gates_.begin(), gates_.end(),
                                  [&](const Gate& known) { return known.name == gate; });
  CHOKEPOINT_ASSERT(found != gates_.end(), "the loader lets only known gates pass");
  return static_cast<std::size_t>(found - gates_.begin()) + 1;
}

double Gated::own_level() const {
  return static_cast<double>(open_) / static_cast<double>(gates_.size());
}

std::string Gated::lane_state() const {
  if (is_promoted()) return state_name();
  return open_ == 0 ? "halted" : gates_[open_ - 1].name;
}

StationState Gated::station_state() const { return answering(serving_level() >= 1 ? 1 : 0); }

void Gated::start() {
  for (Gate& gate : gates_) {
    for (const v1::Condition& need : gate.spec->needs()) gate.needs.push_back(&world_.watch(need));
    for (const v1::Condition& when : gate.spec->opens_when()) {
      gate.opens_when.push_back(&world_.watch(when));
    }
  }
  world_.kernel.spawn(name() + "/gates", [this] { work(); });
}

std::size_t Gated::supported() const {
  std::size_t gates = 0;
  while (gates < gates_.size() && all_hold(gates_[gates].needs)) ++gates;
  return gates;
}

bool Gated::may_open(const Gate& gate) const {
  return all_hold(gate.needs) && all_hold(gate.opens_when);
}

void Gated::work() {
  constexpr double kForever = std::numeric_limits<double>::infinity();
  double failing_since = kForever;
  double ready_since = kForever;
  while (true) {
    const double now = world_.now();
    double wake = kForever;

    if (supported() < open_) {
      failing_since = std::min(failing_since, now);
      if (now >= failing_since + gated_.grace()) {
        shut_to(supported());
        failing_since = kForever;
        ready_since = kForever;
        continue;
      }
      wake = failing_since + gated_.grace();
    } else {
      failing_since = kForever;
    }

    if (open_ < gates_.size() && supported() >= open_ && may_open(gates_[open_])) {
      if (ready_since == kForever) {
        ready_since = now;
        gates_[open_].hold = stream_.duration(gates_[open_].spec->hold());
      }
      const double opens_at = std::max(ready_since, opened_at_) + gates_[open_].hold;
      if (now >= opens_at) {
        open_next();
        ready_since = kForever;
        continue;
      }
      wake = std::min(wake, opens_at);
    } else {
      ready_since = kForever;
    }
    world_.kernel.wait_change(wake);
  }
}

void Gated::shut_to(std::size_t open) {
  open_ = open;
  opened_at_ = world_.now();
  world_.recorder.event(v1::EVENT_KIND_GATE, name(), lane_state(), cause());
  world_.settle();
}

void Gated::open_next() {
  ++open_;
  opened_at_ = world_.now();
  world_.recorder.event(v1::EVENT_KIND_GATE, name(), lane_state(), "");
  world_.settle();
}

}  // namespace chokepoint::sim
