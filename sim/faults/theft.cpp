#include <limits>
#include <memory>

#include "sim/components/authority.h"
#include "sim/components/vault.h"
#include "sim/faults/fault.h"
#include "sim/faults/release_calls.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class TheftEffect : public Effect {
 public:
  TheftEffect(World& world, const std::string& name, const v1::Theft& spec)
      : world_(world),
        vault_(dynamic_cast<Vault&>(world.component(spec.component()))),
        name_(name),
        spec_(spec) {}

  void inject() override {
    is_wanted_ = std::make_shared<bool>(true);
    world_.kernel.spawn("attacker/" + name_, [this, is_wanted = is_wanted_] { attack(is_wanted); });
  }
  void revert() override { *is_wanted_ = false; }

 private:
  // `is_wanted` turns false when the fault is reverted, and stays so.
  void attack(const std::shared_ptr<bool>& is_wanted) {
    Authority& authority = vault_.authority();
    while (*is_wanted && !authority.is_approved()) {
      world_.kernel.wait_change(std::numeric_limits<double>::infinity());
    }
    if (!*is_wanted || !authority.carry_out(name_) || !*is_wanted) return;
    const double takeover = world_.now() + spec_.takeover();
    world_.kernel.sleep_until(takeover);
    vault_.lift_limits(name_);
    Vault::Order order{.fault = name_};
    if (spec_.has_collateral_market()) order.collateral_market = spec_.collateral_market();
    for (const ReleaseCall& call : release_calls(spec_.calls(), spec_.drain(), vault_.assets())) {
      world_.kernel.sleep_until(takeover + call.after);
      if (!*is_wanted) return;
      vault_.release(call.amount, order);
    }
  }

  World& world_;
  Vault& vault_;
  std::string name_;
  const v1::Theft& spec_;
  std::shared_ptr<bool> is_wanted_;
};

}  // namespace

std::unique_ptr<Effect> make_theft(World& world, const std::string& name, const v1::Theft& spec) {
  return std::make_unique<TheftEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
