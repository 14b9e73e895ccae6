#include <algorithm>
#include <limits>
#include <memory>

#include "sim/components/authority.h"
#include "sim/components/vault.h"
#include "sim/faults/fault.h"
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
  struct Call {
    double after;
    double amount;
  };

  std::vector<Call> calls() const {
    constexpr double kEverything = std::numeric_limits<double>::infinity();
    std::vector<Call> calls;
    for (const v1::TheftCall& call : spec_.calls()) {
      calls.push_back({call.after(), call.has_amount() ? call.amount() : kEverything});
    }
    const v1::Drain& drain = spec_.drain();
    const double all = drain.has_amount() ? drain.amount() : vault_.assets();
    for (std::uint32_t number = 0; number < drain.calls(); ++number) {
      const double step = drain.calls() > 1 ? drain.over() / (drain.calls() - 1) : 0;
      calls.push_back({drain.after() + number * step, all / drain.calls()});
    }
    std::stable_sort(calls.begin(), calls.end(),
                     [](const Call& a, const Call& b) { return a.after < b.after; });
    return calls;
  }

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
    for (const Call& call : calls()) {
      world_.kernel.sleep_until(takeover + call.after);
      if (!*is_wanted) return;
      vault_.release(call.amount, name_);
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
