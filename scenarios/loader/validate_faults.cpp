#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "scenarios/base/quantity.h"
#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

// One fault of the scenario, with the paths to it and to what its kind says.
class FaultCheck {
 public:
  FaultCheck(const Validation& v, const std::string& name, const v1::Fault& fault, const Path& path)
      : v_(v), name_(name), fault_(fault), path_(path) {}

  void run() const {
    check_start();
    switch (fault_.kind_case()) {
      case v1::Fault::kCoolingLoss:
        return check_cooling_loss();
      case v1::Fault::kPlaceLoss:
        return;
      case v1::Fault::kCrash:
        return check_crash();
      case v1::Fault::kSlowdown:
        return needs_members("slowdown", fault_.slowdown().component(), "slows down");
      case v1::Fault::kPartition:
        return check_sides("partition", fault_.partition(), "cut off");
      case v1::Fault::kControlPlaneStall:
        return check_stall();
      case v1::Fault::kDemandSurge:
        return;
      case v1::Fault::kRandomFailures:
        return check_random_failures();
      case v1::Fault::kCacheFlush:
        return check_cache_flush();
      case v1::Fault::kBadConfig:
        return check_bad_config();
      case v1::Fault::kClientBug:
        return check_client_bug();
      case v1::Fault::kProvidersDown:
        return check_pool("providers_down", fault_.providers_down().component(),
                          fault_.providers_down().providers());
      case v1::Fault::kProvidersLie:
        return check_lies();
      case v1::Fault::kCompromise:
        return check_compromise();
      case v1::Fault::kTheft:
        return check_releases("theft", fault_.theft());
      case v1::Fault::kDnsChange:
        return check_dns_change();
      case v1::Fault::kEnactorDelay:
        return check_enactor_delay();
      case v1::Fault::kBadCollateral:
        return check_bad_collateral();
      case v1::Fault::kCodeExploit:
        return check_releases("code_exploit", fault_.code_exploit());
      case v1::Fault::kPeopleAbsent:
        return;
      case v1::Fault::kStandbyNotReady:
        return check_standby_not_ready();
      case v1::Fault::kNetworkDelay:
        return check_sides("network_delay", fault_.network_delay(), "kept apart");
      case v1::Fault::KIND_NOT_SET:
        return;
    }
  }

 private:
  void check_start() const {
    const double horizon = v_.scenario().horizon();
    const bool horizon_known = !v_.unread().covers(v_.root().field("horizon"));
    const double begins = fault_.at() + fault_.delay();
    if (fault_.start_case() == v1::Fault::kAt && horizon_known && begins >= horizon) {
      v_.refuse(path_, {"at", "delay"},
                {fmt::format("injected at {}, but the run ends at {}", format_duration(begins),
                             format_duration(horizon)),
                 "make 'horizon' longer, or inject it earlier"});
    }
    const auto itself = [&](const v1::Condition& c) { return c.fault() == name_; };
    for (const std::string_view field : {"when", "until"}) {
      const bool is_when = field == "when";
      const bool is_there = is_when ? fault_.has_when() : fault_.has_until();
      if (!is_there || !mentions(is_when ? fault_.when() : fault_.until(), itself)) continue;
      v_.refuse(path_.field(field), {"fault"}, {fmt::format("fault '{}' waits for itself", name_)});
    }
  }

  void check_cooling_loss() const {
    const v1::CoolingLoss& loss = fault_.cooling_loss();
    const Path path = path_.field("cooling_loss");
    if (contains(v_.names().places, loss.place()) && !v_.is_cooled(loss.place()) &&
        !v_.unread().touches(v_.root().field("places"))) {
      v_.refuse(path, {"place"},
                {fmt::format("place '{}' has no cooling to lose", loss.place()),
                 "give it, or a place below it, 'cooling'"});
    }
    if (loss.has_restored() && fault_.has_duration() && fault_.duration() < loss.restored().to()) {
      v_.refuse(
          path_, {"duration"},
          {fmt::format("reverted after {}, before the cooling is restored ({})",
                       format_duration(fault_.duration()), format_duration(loss.restored().to())),
           "leave 'duration' out: 'restored' says when the cooling comes back"});
    }
  }

  void check_crash() const {
    const v1::Crash& crash = fault_.crash();
    const Path path = path_.field("crash");
    needs_members("crash", crash.component(), "crashes");
    const v1::Component* component = v_.component(crash.component());
    if (component == nullptr) return;
    const Members members = members_of(*component);
    if (members.count == 0) return;
    if (crash.has_members() && crash.members() > members.count) {
      v_.refuse(path, {"members"},
                {fmt::format("'{}' has {} members, {} cannot crash", crash.component(),
                             members.count, crash.members()),
                 "leave 'members' out for all of them"});
    }
    const bool stands_there =
        std::any_of(members.at.begin(), members.at.end(), [&](const std::string& at) {
          return is_within(at, crash.place()) || is_within(crash.place(), at);
        });
    if (!crash.place().empty() && contains(v_.names().places, crash.place()) && !stands_there) {
      v_.refuse(path, {"place"},
                {fmt::format("no member of '{}' stands in '{}'", crash.component(), crash.place()),
                 fmt::format("it stands at {}", fmt::join(members.at, ", "))});
    }
  }

  // Faults between two places, or one and everything else.
  template <class Kind>
  void check_sides(std::string_view kind, const Kind& spec, std::string_view verb) const {
    if (spec.from().empty()) return;
    if (!is_within(spec.place(), spec.from()) && !is_within(spec.from(), spec.place())) return;
    v_.refuse(path_.field(kind), {"from", "place"},
              {fmt::format("'{}' cannot be {} from '{}': one is part of the other", spec.place(),
                           verb, spec.from())});
  }

  void check_stall() const {
    const std::string& name = fault_.control_plane_stall().component();
    const v1::Component* component = v_.component(name);
    if (component == nullptr || has_control_plane(*component)) return;
    v_.refuse(path_.field("control_plane_stall"), {"component"},
              {fmt::format("component '{}' has no control plane that could stall", name),
               std::string(kHaveControlPlane)});
  }

  void check_random_failures() const {
    const v1::RandomFailures& failures = fault_.random_failures();
    needs_members("random_failures", failures.component(), "fails");
    if (!takes_no_time(failures.time_to_failure())) return;
    v_.refuse(path_.field("random_failures"), {"time_to_failure"},
              {"members that fail at once never work", "for example {exponential: 1000h}"});
  }

  void check_cache_flush() const {
    const std::string& name = fault_.cache_flush().component();
    const v1::Component* component = v_.component(name);
    if (component == nullptr || component->service().has_cache()) return;
    v_.refuse(path_.field("cache_flush"), {"component"},
              {fmt::format("component '{}' has no cache", name), "a service with 'cache' has one"});
  }

  void check_bad_config() const {
    const v1::BadConfig& bad = fault_.bad_config();
    const v1::Component* component = v_.component(bad.component());
    if (component == nullptr) return;
    if (!component->has_config()) {
      v_.refuse(
          path_.field("bad_config"), {"component"},
          {fmt::format("component '{}' is no config, so it has no versions", bad.component())});
    } else if (bad.entries() == component->config().entries()) {
      v_.refuse(path_.field("bad_config"), {"entries"},
                {fmt::format("a good version of '{}' has {} entries, too", bad.component(),
                             bad.entries())});
    }
  }

  void check_client_bug() const {
    const std::string& client = fault_.client_bug().client();
    std::vector<std::string> clients;
    for (const auto& [name, component] : v_.scenario().components()) {
      for (const auto& entry : component.chain().validators()) {
        if (!entry.second.client().empty()) clients.push_back(entry.second.client());
      }
      for (const auto& entry : component.pool().providers()) {
        if (!entry.second.client().empty()) clients.push_back(entry.second.client());
      }
    }
    if (client.empty() || v_.unread().touches(v_.root().field("components"))) return;
    std::sort(clients.begin(), clients.end());
    clients.erase(std::unique(clients.begin(), clients.end()), clients.end());
    if (contains(clients, client)) return;
    v_.refuse(path_.field("client_bug"), {"client"},
              {fmt::format("nothing runs the client '{}'", client),
               clients.empty() ? "write 'client' beside the validators or providers that run it"
                               : fmt::format("clients: {}", fmt::join(clients, ", "))});
  }

  // The names are entries of a map of the component.
  template <class Names, class Map>
  void check_names(std::string_view kind, std::string_view field, const std::string& component,
                   const Names& names, const Map& known) const {
    const std::vector<std::string> there = sorted_names(known);
    for (const std::string& name : names) {
      if (contains(there, name)) continue;
      v_.refuse(path_.field(kind), {field},
                {fmt::format("'{}' has no '{}'", component, name),
                 fmt::format("there are: {}", fmt::join(there, ", "))});
    }
  }

  template <class Names>
  void check_pool(std::string_view kind, const std::string& name, const Names& providers) const {
    const v1::Component* component = v_.component(name);
    if (component == nullptr) return;
    if (!component->has_pool()) {
      return v_.refuse(path_.field(kind), {"component"},
                       {fmt::format("component '{}' is no pool of providers", name)});
    }
    check_names(kind, "providers", name, providers, component->pool().providers());
  }

  void check_lies() const {
    const v1::ProvidersLie& lie = fault_.providers_lie();
    check_pool("providers_lie", lie.component(), lie.providers());
    const v1::Component* reader = v_.component(lie.to());
    if (reader == nullptr || reader->has_authority()) return;
    v_.refuse(path_.field("providers_lie"), {"to"},
              {fmt::format("component '{}' is no authority, so it reads no pool", lie.to()),
               "leave 'to' out to lie to everybody"});
  }

  void check_compromise() const {
    const v1::Compromise& compromise = fault_.compromise();
    const v1::Component* component = v_.component(compromise.component());
    if (component == nullptr) return;
    if (!component->has_authority()) {
      return v_.refuse(
          path_.field("compromise"), {"component"},
          {fmt::format("component '{}' is no authority with signers", compromise.component())});
    }
    check_names("compromise", "signers", compromise.component(), compromise.signers(),
                component->authority().signers());
  }

  void check_dns_change() const {
    const v1::DnsChange& change = fault_.dns_change();
    const v1::Component* component = v_.component(change.component());
    if (component == nullptr) return;
    if (!component->has_dns()) {
      return v_.refuse(
          path_.field("dns_change"), {"component"},
          {fmt::format("component '{}' is no name, so it has no record", change.component())});
    }
    check_names("dns_change", "to", change.component(), change.to(), component->dns().answers());
  }

  void check_enactor_delay() const {
    const std::string& name = fault_.enactor_delay().component();
    const v1::Component* component = v_.component(name);
    if (component == nullptr || component->dns().has_automation()) return;
    v_.refuse(
        path_.field("enactor_delay"), {"component"},
        {fmt::format("component '{}' has no enactors", name), "a dns with 'automation' has them"});
  }

  void check_bad_collateral() const {
    const v1::BadCollateral& bad = fault_.bad_collateral();
    const Path path = path_.field("bad_collateral");
    const v1::Component* component = v_.component(bad.component());
    if (component != nullptr && !component->has_lender()) {
      v_.refuse(path, {"component"}, {fmt::format("component '{}' is no lender", bad.component())});
    }
    const v1::Component* vault = v_.component(bad.proceeds_of());
    if (vault != nullptr && !vault->has_vault()) {
      v_.refuse(path, {"proceeds_of"},
                {fmt::format("component '{}' is no vault, nothing is stolen from it",
                             bad.proceeds_of())});
    }
    if (bad.has_amount() || !bad.proceeds_of().empty()) return;
    v_.refuse(
        path, {"amount", "proceeds_of"},
        {"what is deposited?", "write 'amount', or the vault whose 'proceeds_of' a theft it is"});
  }

  // Faults that take from a vault by calls.
  template <class Kind>
  void check_releases(std::string_view kind, const Kind& spec) const {
    const v1::Component* component = v_.component(spec.component());
    if (component != nullptr && !component->has_vault()) {
      v_.refuse(
          path_.field(kind), {"component"},
          {fmt::format("component '{}' is no vault, there is nothing to steal", spec.component())});
    }
    if (spec.calls_size() > 0 || spec.has_drain()) return;
    v_.refuse(path_.field(kind), {"calls", "drain"},
              {fmt::format("a {} without calls takes nothing", kind),
               "for example calls: [{after: 0s}]"});
  }

  void check_standby_not_ready() const {
    const std::string& name = fault_.standby_not_ready().component();
    const v1::Component* component = v_.component(name);
    if (component == nullptr || component->has_standby()) return;
    v_.refuse(path_.field("standby_not_ready"), {"component"},
              {fmt::format("component '{}' has no standby", name), "give it 'standby'"});
  }

  void needs_members(std::string_view kind, const std::string& name, std::string_view verb) const {
    const v1::Component* component = v_.component(name);
    if (component == nullptr || stands_somewhere(*component)) return;
    v_.refuse(path_.field(kind), {"component"},
              {fmt::format("'{}' has no members, nothing of it {}", name, verb),
               component->has_gated() ? "name a component that its gates need"
                                      : "name a component with replicas, voters or brokers"});
  }

  const Validation& v_;
  const std::string& name_;
  const v1::Fault& fault_;
  const Path& path_;
};

}  // namespace

void validate_faults(const Validation& v) {
  const Path faults = v.root().field("faults");
  for (const auto& [name, fault] : v.scenario().faults()) {
    const Path path = faults.field(name);
    FaultCheck(v, name, fault, path).run();
  }
}

}  // namespace chokepoint
