#include <memory>

#include "sim/components/lender.h"
#include "sim/components/vault.h"
#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class BadCollateralEffect : public Effect {
 public:
  BadCollateralEffect(World& world, const std::string& name, const v1::BadCollateral& spec)
      : world_(world),
        lender_(dynamic_cast<Lender&>(world.component(spec.component()))),
        name_(name),
        spec_(spec) {}

  void inject() override {
    is_wanted_ = std::make_shared<bool>(true);
    world_.kernel.spawn("borrower/" + name_, [this, is_wanted = is_wanted_] { borrow(is_wanted); });
  }
  void revert() override { *is_wanted_ = false; }

 private:
  double value() const {
    if (spec_.has_amount()) return spec_.share() * spec_.amount();
    return spec_.share() * dynamic_cast<Vault&>(world_.component(spec_.proceeds_of())).lost();
  }

  // `is_wanted` turns false when the fault is reverted, and stays so.
  void borrow(const std::shared_ptr<bool>& is_wanted) {
    const double begun = world_.now();
    const double all = value();
    for (std::uint32_t part = 0; part < spec_.parts(); ++part) {
      const double step = spec_.parts() > 1 ? spec_.over() / (spec_.parts() - 1) : 0;
      world_.kernel.sleep_until(begun + part * step);
      if (!*is_wanted) return;
      lender_.lend_against_nothing(all / spec_.parts(), name_);
    }
  }

  World& world_;
  Lender& lender_;
  std::string name_;
  const v1::BadCollateral& spec_;
  std::shared_ptr<bool> is_wanted_;
};

}  // namespace

std::unique_ptr<Effect> make_bad_collateral(World& world, const std::string& name,
                                            const v1::BadCollateral& spec) {
  return std::make_unique<BadCollateralEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
