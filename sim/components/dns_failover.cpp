#include "sim/components/dns_failover.h"

#include <cmath>

#include "scenarios/base/sorted.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

constexpr double kProbeRounding = 1e-9;

}  // namespace

DnsFailover::DnsFailover(World& world, const std::string& name, const v1::Dns& spec)
    : world_(world), dns_(spec), draws_(world.streams.stream(name, "questions that respond")) {
  for (const std::string& answer : sorted_names(dns_.answers())) {
    Stream phases = world.streams.stream(name + "/" + answer, "health check");
    states_[answer].phase = phases.uniform() * dns_.failover().check().period();
  }
}

void DnsFailover::look() {
  for (auto& [answer, state] : states_) {
    if (!state.is_asked && world_.component(answer).level() < 1) ask_later(answer);
  }
}

void DnsFailover::ask_later(const std::string& answer) {
  State& state = states_.at(answer);
  state.is_asked = true;
  const double period = dns_.failover().check().period();
  const double number =
      std::max(0.0, std::floor((world_.now() - state.phase) / period + kProbeRounding) + 1);
  world_.agenda.at(state.phase + number * period, [this, answer] { ask(answer); });
}

void DnsFailover::ask(const std::string& answer) {
  State& state = states_.at(answer);
  const v1::HealthCheck& check = dns_.failover().check();
  const double level = world_.component(answer).level();
  const bool responds = level >= 1 || (level > 0 && draws_.uniform() < level);
  state.misses = responds ? 0 : state.misses + 1;
  state.hits = responds ? state.hits + 1 : 0;
  if (state.is_out && state.hits >= dns_.failover().hits()) {
    state.is_out = false;
    world_.settle();
  } else if (!state.is_out && state.misses >= check.misses()) {
    // That the last one was not answered is known after the timeout.
    world_.agenda.at(world_.now() + check.timeout(), [this, answer] {
      State& asked = states_.at(answer);
      if (asked.is_out || asked.misses == 0 || !may_go(answer)) return;
      asked.is_out = true;
      asked.hits = 0;
      world_.settle();
    });
  }
  if (level < 1 || state.is_out || state.misses > 0) {
    ask_later(answer);
  } else {
    state.is_asked = false;
  }
}

bool DnsFailover::may_go(const std::string& answer) const {
  const v1::Answer& leaving = dns_.answers().at(answer);
  double all = 0;
  double out = leaving.weight();
  for (const auto& [name, state] : states_) {
    const v1::Answer& each = dns_.answers().at(name);
    if (each.priority() != leaving.priority()) continue;
    all += each.weight();
    if (state.is_out) out += each.weight();
  }
  return out / all <= dns_.failover().takes_out() + kProbeRounding;
}

}  // namespace chokepoint::sim
