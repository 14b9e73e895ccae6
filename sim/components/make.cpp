#include "sim/components/make.h"

#include "scenarios/base/assert.h"
#include "sim/components/authority.h"
#include "sim/components/chain.h"
#include "sim/components/config.h"
#include "sim/components/dns.h"
#include "sim/components/gated.h"
#include "sim/components/leases.h"
#include "sim/components/lender.h"
#include "sim/components/log.h"
#include "sim/components/pool.h"
#include "sim/components/quorum.h"
#include "sim/components/service.h"
#include "sim/components/vault.h"

namespace chokepoint::sim {

std::unique_ptr<Component> make_component(World& world, const std::string& name,
                                          const v1::Component& spec) {
  switch (spec.kind_case()) {
    case v1::Component::kService:
      return std::make_unique<Service>(world, name, spec);
    case v1::Component::kQuorum:
      return std::make_unique<Quorum>(world, name, spec);
    case v1::Component::kLog:
      return std::make_unique<Log>(world, name, spec);
    case v1::Component::kGated:
      return std::make_unique<Gated>(world, name, spec);
    case v1::Component::kConfig:
      return std::make_unique<Config>(world, name, spec);
    case v1::Component::kChain:
      return std::make_unique<Chain>(world, name, spec);
    case v1::Component::kPool:
      return std::make_unique<Pool>(world, name, spec);
    case v1::Component::kAuthority:
      return std::make_unique<Authority>(world, name, spec);
    case v1::Component::kVault:
      return std::make_unique<Vault>(world, name, spec);
    case v1::Component::kDns:
      return std::make_unique<Dns>(world, name, spec);
    case v1::Component::kLeases:
      return std::make_unique<Leases>(world, name, spec);
    case v1::Component::kLender:
      return std::make_unique<Lender>(world, name, spec);
    case v1::Component::KIND_NOT_SET:
      break;
  }
  CHOKEPOINT_ASSERT(false, "the loader lets only components with a kind pass");
}

}  // namespace chokepoint::sim
