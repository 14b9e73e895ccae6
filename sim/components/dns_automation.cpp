#include "sim/components/dns_automation.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

constexpr double kPeriodRounding = 1e-9;  // of a number of periods: dates are sums of doubles

}  // namespace

DnsAutomation::DnsAutomation(World& world, const Component& name, const v1::DnsAutomation& spec,
                             std::function<void()> on_emptied)
    : world_(world), name_(name), spec_(spec), on_emptied_(std::move(on_emptied)) {}

void DnsAutomation::start() {
  for (std::uint32_t enactor = 0; enactor < spec_.enactors(); ++enactor) begin_later(enactor);
}

void DnsAutomation::stop() { is_stopped_ = true; }

void DnsAutomation::go_on() {
  is_stopped_ = false;
  in_record_ = static_cast<Plan>(std::floor(world_.now() / spec_.period()));
}

void DnsAutomation::delay_first(double by, const std::string& fault) {
  delay_ = by;
  delayed_by_ = fault;
}

void DnsAutomation::begin_later(std::uint32_t enactor) {
  const double phase = spec_.period() * enactor / spec_.enactors();
  const double turns = std::floor((world_.now() - phase) / spec_.period() + kPeriodRounding) + 1;
  world_.agenda.at(phase + std::max(1.0, turns) * spec_.period(),
                   [this, enactor] { begin(enactor); });
}

void DnsAutomation::begin(std::uint32_t enactor) {
  const Plan newest =
      static_cast<Plan>(std::floor(world_.now() / spec_.period() + kPeriodRounding));
  if (is_at_rest() || newest <= in_record_) return begin_later(enactor);
  const double delay = enactor == 0 ? delay_ : 0;
  if (delay > 0) {
    world_.recorder.inject(v1::PRIMITIVE_PROCESS_PAUSE,
                           fmt::format("{}/enactor-{}", name_.name(), enactor), delayed_by_, delay);
  }
  world_.agenda.at(world_.now() + spec_.apply() + delay,
                   [this, enactor, newest] { write(enactor, newest); });
}

void DnsAutomation::write(std::uint32_t enactor, Plan plan) {
  const bool is_old = plan < in_record_;
  if (is_at_rest() || (is_old && spec_.checks_at_write())) {
    if (is_old) {
      world_.recorder.event(v1::EVENT_KIND_COMPONENT, name_.name(),
                            fmt::format("plan {} is dropped: plan {} stands", plan, in_record_),
                            delayed_by_);
    }
    return begin_later(enactor);
  }
  if (is_old) {
    world_.recorder.event(v1::EVENT_KIND_COMPONENT, name_.name(),
                          fmt::format("old plan {} overwrites plan {}", plan, in_record_),
                          delayed_by_);
  }
  in_record_ = plan;
  world_.agenda.at(world_.now() + spec_.clean_up(),
                   [this, enactor, plan] { clean_up(enactor, plan); });
}

void DnsAutomation::clean_up(std::uint32_t enactor, Plan plan) {
  if (!is_at_rest() && in_record_ < plan - spec_.keeps() && !spec_.spares_record()) {
    world_.recorder.event(v1::EVENT_KIND_COMPONENT, name_.name(),
                          fmt::format("plan {} is cleaned up while it stands", in_record_),
                          delayed_by_);
    on_emptied_();
  }
  begin_later(enactor);
}

}  // namespace chokepoint::sim
