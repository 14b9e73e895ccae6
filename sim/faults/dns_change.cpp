#include "sim/components/dns.h"
#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class DnsChangeEffect : public Effect {
 public:
  DnsChangeEffect(World& world, const std::string& name, const v1::DnsChange& spec)
      : dns_(dynamic_cast<Dns&>(world.component(spec.component()))),
        name_(name),
        to_(spec.to().begin(), spec.to().end()) {}

  void inject() override { dns_.change(to_, name_); }
  void revert() override { dns_.change_back(name_); }

 private:
  Dns& dns_;
  std::string name_;
  Dns::Names to_;
};

}  // namespace

std::unique_ptr<Effect> make_dns_change(World& world, const std::string& name,
                                        const v1::DnsChange& spec) {
  return std::make_unique<DnsChangeEffect>(world, name, spec);
}

}  // namespace chokepoint::sim
