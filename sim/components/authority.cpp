#include "sim/components/authority.h"

#include <fmt/format.h>

#include "scenarios/base/sorted.h"
#include "sim/components/pool.h"
#include "sim/world/world.h"

namespace chokepoint::sim {

Authority::Authority(World& world, const std::string& name, const v1::Component& spec)
    : Component(world, name, spec), authority_(spec.authority()) {}

std::vector<std::string> Authority::signers() const { return sorted_names(authority_.signers()); }

bool Authority::approves(const std::string& signer) const {
  const std::string& reads = authority_.signers().at(signer).reads();
  if (!reads.empty()) {
    const auto& pool = dynamic_cast<const Pool&>(world_.component(reads));
    if (pool.answer(name()) == Pool::Answer::lie) return true;
  }
  const auto approved = approved_at_.find(signer);
  if (approved == approved_at_.end()) return false;
  return !authority_.has_approval_lifetime() ||
         world_.now() <= approved->second + authority_.approval_lifetime();
}

bool Authority::is_approved() const {
  std::uint32_t others = 0;
  for (const auto& [signer, spec] : authority_.signers()) {
    const bool approves_it = approves(signer);
    if (spec.required() && !approves_it) return false;
    if (!spec.required() && approves_it) ++others;
  }
  return others >= authority_.threshold();
}

void Authority::approve(const std::string& signer, const std::string& fault) {
  approved_at_[signer] = world_.now();
  blame(fault);
  world_.recorder.inject(v1::PRIMITIVE_APPROVAL, name() + "/" + signer, fault, 1);
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                        fmt::format("{} approves what it should not", signer), fault);
}

bool Authority::carry_out(const std::string& fault) {
  const std::uint32_t before = cancellations_;
  if (authority_.timelock() > 0) {
    ++pending_;
    world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), "an order waits for its timelock",
                          fault);
    world_.settle();
    world_.kernel.sleep_until(world_.now() + authority_.timelock());
    if (cancellations_ != before) return false;
    --pending_;
  }
  is_captured_ = true;
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(), "an attacker's order is carried out",
                        fault);
  world_.settle();
  return true;
}

bool Authority::cancel() {
  if (pending_ == 0) return false;
  world_.recorder.event(v1::EVENT_KIND_COMPONENT, name(),
                        fmt::format("{} struck off", pending_ == 1 ? "order" : "orders"), "");
  cancelled_ += pending_;
  pending_ = 0;
  ++cancellations_;
  approved_at_.clear();
  return true;
}

bool Authority::is_in(v1::State state) const {
  return (state == v1::STATE_PENDING && pending_ > 0) ||
         (state == v1::STATE_CAPTURED && is_captured_);
}

std::string Authority::lane_state() const {
  if (is_captured_) return "captured";
  return pending_ > 0 ? "order pending" : state_name();
}

std::vector<Component::OwnMeasure> Authority::own_measures() const {
  return {{"orders_cancelled", cancelled_}};
}

}  // namespace chokepoint::sim
