#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "scenarios/base/needs.h"
#include "scenarios/base/quantity.h"
#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

constexpr std::uint64_t kPackedToARack = 3;  // as SPREAD_PACK says

// The members take turns over the places, so that each place may be named several times.
std::map<std::string, std::uint64_t> members_by_place(const Members& members) {
  std::map<std::string, std::uint64_t> count;
  const std::size_t places = members.at.size();
  for (std::size_t i = 0; i < places; ++i) {
    const bool one_more = i < members.count % places;
    count[members.at[i]] += members.count / places + (one_more ? 1 : 0);
  }
  return count;
}

// By default members share racks when there are not enough; who writes `spread` means it. Voters
// that share a rack by default would be a hidden single point, so they must be told.
void check_spread(const Validation& v, const Members& members, const Path& path) {
  for (const auto& [place, count] : members_by_place(members)) {
    const std::uint64_t racks = v.racks_in(place);
    const bool pack = members.spread == v1::SPREAD_PACK;
    const std::uint64_t room = racks * (pack ? kPackedToARack : 1);
    if (count <= room || !contains(v.names().places, place)) continue;
    if (members.kind != "quorum" && !v.is_written(path, "spread")) return;
    const Path racks_path = v.root().field("places");
    if (v.unread().touches(racks_path.field(place))) continue;
    v.refuse(path, {"spread", members.field, "at"},
             {fmt::format("{} members, {} to a rack, do not fit on the {} racks of '{}'", count,
                          pack ? "three" : "one", racks, place),
              pack ? "name more places, or give them more racks"
                   : "name more places, give them more racks, or write 'spread: pack'"});
  }
}

void check_first_leader(const Validation& v, const v1::Quorum& quorum, const Path& path) {
  const std::string& place = quorum.first_leader_at();
  if (place.empty() || quorum.at().empty()) return;
  const bool may_stand_there = std::any_of(
      quorum.at().begin(), quorum.at().end(),
      [&](const std::string& at) { return is_within(place, at) || is_within(at, place); });
  if (may_stand_there) return;
  v.refuse(path, {"first_leader_at", "at"},
           {fmt::format("no member stands at '{}', so none can lead there", place),
            fmt::format("name one of {}", fmt::join(quorum.at(), ", "))});
}

void check_quorum(const Validation& v, const v1::Quorum& quorum, const Path& path) {
  check_first_leader(v, quorum, path);
  if (!quorum.has_votes() || quorum.members() == 0) return;
  if (quorum.votes() > quorum.members()) {
    v.refuse(path, {"votes", "members"},
             {fmt::format("{} votes can never come together from {} members", quorum.votes(),
                          quorum.members()),
              fmt::format("a majority is {}", quorum.members() / 2 + 1)});
  } else if (quorum.votes() * 2 <= quorum.members()) {
    v.refuse(path, {"votes", "members"},
             {fmt::format("{} of {} votes allow split brain: two halves could decide at once",
                          quorum.votes(), quorum.members()),
              fmt::format("a majority is {}", quorum.members() / 2 + 1)});
  }
}

void check_log(const Validation& v, const v1::Log& log, const Path& path) {
  if (log.replication() > log.brokers()) {
    v.refuse(path, {"replication", "brokers"},
             {fmt::format("{} copies of a partition cannot stand on {} brokers", log.replication(),
                          log.brokers()),
              fmt::format("'replication' is at most {}", log.brokers())});
  }
  if (log.min_in_sync() > log.replication()) {
    v.refuse(path, {"min_in_sync", "replication"},
             {fmt::format("{} copies can never be in sync when there are {}", log.min_in_sync(),
                          log.replication()),
              fmt::format("'min_in_sync' is at most {}", log.replication())});
  }
}

void check_config(const Validation& v, const v1::Config& config, const Path& path) {
  double sum = 0;
  for (const auto& [name, reader] : config.readers()) {
    sum += reader.share();
    const Path readers = path.field("readers");
    if (!reader.has_limit() || config.entries() <= reader.limit()) continue;
    v.refuse(readers.field(name), {"limit"},
             {fmt::format("a good version has {} entries, more than the {} that fit",
                          config.entries(), reader.limit())});
  }
  if (!config.readers().empty() && !is_whole(sum)) {
    v.refuse(path, {"readers"},
             {fmt::format("the shares of the readers add up to {}, not to 100%",
                          format_quantity(sum, v1::UNIT_RATIO))});
  }
  if (config.has_validated_up_to() && config.validated_up_to() < config.entries()) {
    v.refuse(path, {"validated_up_to"},
             {fmt::format("a good version has {} entries and would be refused", config.entries())});
  }
}

void check_service(const Validation& v, const v1::Service& service, const Path& path) {
  if (!takes_no_time(service.service_time())) return;
  v.refuse(path, {"service_time"},
           {"a request that takes no time could be served without end", "for example 5ms"});
}

void check_call(const Validation& v, const std::string& caller, const std::string& callee,
                const Path& path) {
  if (caller == callee) {
    return v.refuse_key(path, {fmt::format("'{}' cannot call itself", caller)});
  }
  const v1::Component* called = v.component(callee);
  if (called != nullptr && called->has_gated()) {
    v.refuse_key(path, {fmt::format("'{}' is gated: it answers no calls", callee),
                        "call what stands behind it, or name it as a need of the capability"});
  }
}

// As written in a scenario: "quorum".
std::string kind_name(const v1::Component& component) {
  const auto* kinds = v1::Component::descriptor()->FindOneofByName("kind");
  const auto* kind = v1::Component::GetReflection()->GetOneofFieldDescriptor(component, kinds);
  return kind == nullptr ? "" : kind->name();
}

void check_extras(const Validation& v, const v1::Component& component, const Path& path) {
  const v1::HealthCheck& of_answers = component.dns().failover().check();
  if (of_answers.deep() || of_answers.has_connect_timeout()) {
    v.refuse(path.field("dns").field("failover").field("check"),
             {of_answers.deep() ? "deep" : "connect_timeout"},
             {"a name's health check sees whether its answers are up, and nothing else",
              "write it beside the 'health_check' of a component"});
  }
  if (component.has_gated() && component.needs_size() > 0) {
    v.refuse(path, {"needs"},
             {"what a gated component needs is said by its gates", "write 'needs' beside a gate"});
  }
  if (!stands_somewhere(component) && component.kind_case() != v1::Component::KIND_NOT_SET) {
    for (const std::string_view field : {"standby", "health_check"}) {
      const bool there =
          field == "standby" ? component.has_standby() : component.has_health_check();
      if (!there) continue;
      v.refuse_key(path.field(field), {fmt::format("a {} component stands nowhere and has no {}",
                                                   kind_name(component), field),
                                       "give it to the components that it rests on"});
    }
    return;
  }
  if (component.health_check().deep() && component.service().calls().empty()) {
    v.refuse(path.field("health_check"), {"deep"},
             {"a deep health check asks what is called, and nothing is", "leave 'deep' out"});
  }
  if (component.standby().automatic() && !component.has_health_check()) {
    v.refuse(path.field("standby"), {"automatic"},
             {"an automatic standby needs something that promotes it",
              "add 'health_check: {}' to the component"});
  }
}

void check_chain(const Validation& v, const v1::Chain& chain, const Path& path) {
  double sum = 0;
  for (const auto& [name, group] : chain.validators()) sum += group.stake();
  if (chain.validators().empty() || is_whole(sum)) return;
  v.refuse(
      path, {"validators"},
      {fmt::format("the stakes add up to {}, not to 100%", format_quantity(sum, v1::UNIT_RATIO))});
}

void check_pool(const Validation& v, const v1::Pool& pool, const Path& path) {
  const auto providers = static_cast<std::uint32_t>(pool.providers_size());
  if (providers == 0 || pool.agree() <= providers || pool.fails_open()) return;
  v.refuse(path, {"agree"},
           {fmt::format("{} answers can never agree from {} providers", pool.agree(), providers),
            fmt::format("at most {}", providers)});
}

void check_authority(const Validation& v, const v1::Authority& authority, const Path& path) {
  std::uint32_t others = 0;
  const Path signers = path.field("signers");
  for (const auto& [name, signer] : authority.signers()) {
    others += signer.required() ? 0 : 1;
    const v1::Component* read = v.component(signer.reads());
    if (read == nullptr || read->has_pool()) continue;
    v.refuse(signers.field(name), {"reads"},
             {fmt::format("'{}' is no pool, so nothing can be read from it", signer.reads())});
  }
  if (authority.signers().empty()) return;
  if (authority.threshold() > others) {
    v.refuse(path, {"threshold", "signers"},
             {fmt::format("{} approvals can never come together from {} signers",
                          authority.threshold(), others),
              "those that are 'required' do not count for the threshold"});
  } else if (authority.threshold() == 0 &&
             others == static_cast<std::uint32_t>(authority.signers_size())) {
    v.refuse(
        path, {"threshold", "signers"},
        {"nobody has to approve anything", "write 'threshold', or 'required: true' at a signer"});
  }
}

void check_vault(const Validation& v, const v1::Vault& vault, const Path& path) {
  const v1::Component* authority = v.component(vault.authority());
  if (authority != nullptr && !authority->has_authority()) {
    v.refuse(path, {"authority"}, {fmt::format("'{}' is no authority", vault.authority())});
  }
  const bool has_limits =
      vault.has_per_transfer() || vault.has_per_window() || vault.has_collateral_depth();
  if (vault.has_limits_lifted_in() && !has_limits) {
    v.refuse(path, {"limits_lifted_in"},
             {"there are no limits that could be lifted",
              "write 'per_transfer', 'per_window' or 'collateral_depth'"});
  }
  const v1::Bounty& bounty = vault.bounty();
  if (bounty.has_cap() && bounty.floor() > bounty.cap()) {
    v.refuse(path.field("bounty"), {"floor", "cap"},
             {fmt::format("at least {} cannot be paid when {} is the most",
                          format_quantity(bounty.floor(), v1::UNIT_MONEY),
                          format_quantity(bounty.cap(), v1::UNIT_MONEY))});
  }
}

void check_leases(const Validation& v, const v1::Leases& leases, const Path& path) {
  const auto rate = [](double value) { return format_quantity(value, v1::UNIT_RATE); };
  if (leases.renewed_every() >= leases.length()) {
    v.refuse(path, {"renewed_every", "length"},
             {fmt::format("a lease of {} has ended before it is renewed, {} after it began",
                          format_quantity(leases.length(), v1::UNIT_DURATION),
                          format_quantity(leases.renewed_every(), v1::UNIT_DURATION))});
    return;
  }
  const double asked = leases.holders() / leases.renewed_every();
  if (leases.capacity() > asked) return;
  v.refuse(
      path, {"capacity", "holders", "renewed_every"},
      {fmt::format("{} holders that ask every {} ask for {}, more than the {} that can be done",
                   leases.holders(), format_quantity(leases.renewed_every(), v1::UNIT_DURATION),
                   rate(asked), rate(leases.capacity()))});
}

void check_lender(const Validation& v, const v1::Lender& lender, const Path& path) {
  if (lender.borrowed() <= lender.supplied()) return;
  v.refuse(path, {"borrowed", "supplied"},
           {fmt::format("{} cannot be lent out of {}",
                        format_quantity(lender.borrowed(), v1::UNIT_MONEY),
                        format_quantity(lender.supplied(), v1::UNIT_MONEY))});
}

void check_part(const Validation& v, const v1::Need& need, const Path& path) {
  const v1::Component* component = v.component(need.component());
  if (need.part().empty() || component == nullptr) return;
  const std::vector<std::string> parts = parts_of(*component);
  if (contains(parts, need.part())) return;
  v.refuse(path, {"part"},
           {fmt::format("component '{}' has no part '{}'", need.component(), need.part()),
            parts.empty() ? "only configs have parts: their readers"
                          : fmt::format("its parts: {}", fmt::join(parts, ", "))});
}

// One report, at the component that closes the circle.
void check_circles_of_needs(const Validation& v) {
  Waits waits;
  for (const auto& [name, component] : v.scenario().components()) {
    waits[name] = needed_by(component);
  }
  const std::vector<std::string> circle = circle_in(waits);
  if (circle.empty()) return;
  const Path components = v.root().field("components");
  v.refuse(components.field(circle.back()), {"needs"},
           {fmt::format("components need each other in a circle: {}", drawn(circle)),
            "one of them must be able to work without the others"});
}

// One report, at one call of the circle.
void check_circles_of_calls(const Validation& v) {
  Waits calls;
  for (const auto& [name, component] : v.scenario().components()) {
    calls[name] = component.has_dns() ? sorted_names(component.dns().answers())
                                      : sorted_names(component.service().calls());
    std::erase(calls[name], name);
  }
  std::vector<std::string> circle = circle_in(calls);
  const auto last_caller = std::find_if(
      circle.rbegin(), circle.rend(),
      [&](const std::string& name) { return v.scenario().components().at(name).has_service(); });
  if (last_caller == circle.rend()) return;  // names alone: a circle of needs
  std::rotate(circle.begin(), last_caller.base(), circle.end());
  const Path components = v.root().field("components");
  const Path component = components.field(circle.back());
  const Path service = component.field("service");
  const Path call = service.field("calls");
  v.refuse_key(call.field(circle.front()),
               {fmt::format("services call each other in a circle: {}", drawn(circle))});
}

}  // namespace

bool stands_somewhere(const v1::Component& component) {
  return component.has_service() || component.has_quorum() || component.has_log();
}

std::vector<std::string> parts_of(const v1::Component& component) {
  return sorted_names(component.config().readers());
}

Members members_of(const v1::Component& component) {
  const auto made = [](const auto& kind, std::uint32_t count, std::string_view name,
                       std::string_view field) {
    return Members{count, {kind.at().begin(), kind.at().end()}, kind.spread(), name, field};
  };
  switch (component.kind_case()) {
    case v1::Component::kService:
      return made(component.service(), component.service().replicas(), "service", "replicas");
    case v1::Component::kQuorum:
      return made(component.quorum(), component.quorum().members(), "quorum", "members");
    case v1::Component::kLog:
      return made(component.log(), component.log().brokers(), "log", "brokers");
    case v1::Component::kGated:
    case v1::Component::kConfig:
    case v1::Component::kChain:
    case v1::Component::kPool:
    case v1::Component::kAuthority:
    case v1::Component::kVault:
    case v1::Component::kDns:
    case v1::Component::kLeases:
    case v1::Component::kLender:
    case v1::Component::KIND_NOT_SET:
      break;
  }
  return {};
}

void validate_components(const Validation& v) {
  const Path components = v.root().field("components");
  for (const auto& [name, component] : v.scenario().components()) {
    const Path path = components.field(name);
    const Members members = members_of(component);
    if (!members.at.empty()) check_spread(v, members, path.field(members.kind));
    if (component.has_service()) check_service(v, component.service(), path.field("service"));
    if (component.has_quorum()) check_quorum(v, component.quorum(), path.field("quorum"));
    if (component.has_log()) check_log(v, component.log(), path.field("log"));
    if (component.has_config()) check_config(v, component.config(), path.field("config"));
    if (component.has_chain()) check_chain(v, component.chain(), path.field("chain"));
    if (component.has_pool()) check_pool(v, component.pool(), path.field("pool"));
    if (component.has_authority()) {
      check_authority(v, component.authority(), path.field("authority"));
    }
    if (component.has_vault()) check_vault(v, component.vault(), path.field("vault"));
    if (component.has_leases()) check_leases(v, component.leases(), path.field("leases"));
    if (component.has_lender()) check_lender(v, component.lender(), path.field("lender"));
    check_extras(v, component, path);
    const Path service = path.field("service");
    const Path calls = service.field("calls");
    for (const auto& call : component.service().calls()) {
      check_call(v, name, call.first, calls.field(call.first));
    }
  }
  check_circles_of_needs(v);
  check_circles_of_calls(v);
  for_each_message(v.scenario(), v.root(),
                   [&](const google::protobuf::Message& message, const Path& path) {
                     if (message.GetDescriptor() != v1::Need::descriptor()) return;
                     check_part(v, static_cast<const v1::Need&>(message), path);
                   });
}

}  // namespace chokepoint
