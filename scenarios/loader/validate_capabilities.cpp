#include <fmt/format.h>

#include "scenarios/base/quantity.h"
#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

std::string share(double value) { return format_quantity(value, v1::UNIT_RATIO); }

void check_entry(const Validation& v, const v1::Capability& capability, const Path& path) {
  if (capability.entry().empty()) return;
  const v1::Component* entry = v.component(capability.entry());
  if (entry == nullptr || entry->has_service() || entry->has_dns()) return;
  v.refuse(path, {"entry"},
           {fmt::format("'{}' is no service and no name, so requests cannot arrive at it",
                        capability.entry()),
            "name one, or leave 'entry' out: a request then succeeds when the needs are met"});
}

void check_bounds(const Validation& v, const v1::Capability& capability, const Path& path) {
  if (capability.degraded_below() >= capability.down_below()) return;
  v.refuse(path, {"degraded_below", "down_below"},
           {fmt::format("'degraded_below' ({}) is less than 'down_below' ({}), so it goes down "
                        "before it is degraded",
                        share(capability.degraded_below()), share(capability.down_below()))});
}

void check_uses(const Validation& v, const v1::Users& users, const Path& path) {
  if (users.uses().empty()) return;
  double sum = 0;
  for (const auto& use : users.uses()) sum += use.second;
  if (is_whole(sum)) return;
  v.refuse(path, {"uses"},
           {fmt::format("the shares add up to {}, not to 100%", share(sum)),
            "each request is for exactly one capability"});
}

}  // namespace

void validate_capabilities(const Validation& v) {
  const Path capabilities = v.root().field("capabilities");
  for (const auto& [name, capability] : v.scenario().capabilities()) {
    const Path path = capabilities.field(name);
    check_entry(v, capability, path);
    check_bounds(v, capability, path);
  }
  const Path groups = v.root().field("users");
  for (const auto& [name, users] : v.scenario().users()) check_uses(v, users, groups.field(name));
}

}  // namespace chokepoint
