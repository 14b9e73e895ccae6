#include "controller/plan/reduce.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <vector>

#include "controller/plan/stretches.h"
#include "scenarios/base/quantity.h"
#include "scenarios/base/sorted.h"

namespace chokepoint::controller {
namespace {

// Beyond the planned end, so that the controller ends it first; the agent's own limit behind it.
constexpr double kMargin = 30;

std::string quoted(const std::string& text) {
  std::string all = "'";
  for (const char letter : text) all += letter == '\'' ? "''" : std::string(1, letter);
  return all + "'";
}

// "a/b/rack-3" -> {"a/b", 3}; "book/2" -> {"book", 2}.
struct Numbered {
  std::string whole;
  std::uint32_t number = 0;
};
std::optional<Numbered> numbered(const std::string& name, std::string_view before) {
  const std::size_t slash = name.rfind('/');
  if (slash == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view(name).substr(slash + 1);
  if (!rest.starts_with(before)) return std::nullopt;
  rest.remove_prefix(before.size());
  Numbered found{.whole = name.substr(0, slash)};
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), found.number);
  if (rest.empty() || read.ec != std::errc() || read.ptr != rest.data() + rest.size()) {
    return std::nullopt;
  }
  return found;
}

// Whether two places are one, or one of them is part of the other.
bool overlap(std::string_view one, std::string_view other) {
  if (one.size() > other.size()) std::swap(one, other);
  return other.starts_with(one) && (other.size() == one.size() || other[one.size()] == '/');
}

// A host of the staging system, and the racks that it stands for.
struct Host {
  BoundFault dark;
  std::set<std::string> racks = {};
  std::set<std::string> off = {};
  bool is_dark = false;
};

class Reduction {
 public:
  Reduction(const v1::RunRecord& record, const v1::Scenario& scenario,
            const v1::Deployment& deployment, double pace)
      : record_(record),
        scenario_(scenario),
        deployment_(deployment),
        pace_(pace),
        stretches_(record.horizon_s()) {
    for (const std::string& place : sorted_names(deployment.places())) add_hosts(place);
  }

  Reduced run() {
    for (const v1::Injection& injection : record_.injections()) take(injection);
    for (const auto& [end, fault] : timed_)
      stretches_.end(fault, std::min(end, record_.horizon_s()));
    for (const Stretch& stretch : stretches_.take()) add(stretch);
    return std::move(reduced_);
  }

 private:
  // Every rack at or below the place that nothing closer is bound to.
  std::vector<std::string> racks_of(const std::string& place) const {
    std::vector<std::string> racks;
    for (const std::string& name : sorted_names(scenario_.places())) {
      for (std::uint32_t i = 0; i < scenario_.places().at(name).racks(); ++i) {
        std::string rack = fmt::format("{}/rack-{}", name, i);
        if (closest(rack) == place) racks.push_back(std::move(rack));
      }
    }
    return racks;
  }

  // The longest bound place that holds it.
  std::string closest(const std::string& rack) const {
    for (std::string path = rack;; path.resize(path.rfind('/'))) {
      if (deployment_.places().contains(path)) return path;
      if (path.find('/') == std::string::npos) return "";
    }
  }

  void add_hosts(const std::string& place) {
    const v1::PlaceBinding& binding = deployment_.places().at(place);
    const std::vector<std::string> racks = racks_of(place);
    const auto agents = static_cast<std::size_t>(binding.agents_size());
    for (std::size_t i = 0; i < agents; ++i) {
      Host host{.dark = {.agent = binding.agents(static_cast<int>(i)),
                         .body = fmt::format("packet_loss: {{interface: {}}}\n",
                                             quoted(binding.interface()))}};
      for (std::size_t rack = 0; rack < racks.size(); ++rack) {
        if (rack * agents / racks.size() == i) host.racks.insert(racks[rack]);
      }
      hosts_.push_back(std::move(host));
    }
  }

  void take(const v1::Injection& injection) {
    switch (injection.primitive()) {
      case v1::PRIMITIVE_HOST_OFF:
      case v1::PRIMITIVE_HOST_ON:
        return host(injection);
      case v1::PRIMITIVE_PROCESS_STOP:
      case v1::PRIMITIVE_PROCESS_START:
        return process(injection);
      case v1::PRIMITIVE_PROCESS_PAUSE:
        return pause(injection);
      case v1::PRIMITIVE_CPU_LIMIT:
        return slow(injection);
      case v1::PRIMITIVE_NETWORK_PARTITION:
        return partition(injection);
      case v1::PRIMITIVE_NETWORK_DELAY:
        return delay(injection);
      case v1::PRIMITIVE_CONTROL_PLANE_STALL:
        return stall(injection);
      case v1::PRIMITIVE_CONFIG_PUSH:
        return push(injection);
      case v1::PRIMITIVE_ANSWERS_ALTERED:
        return lie(injection);
      case v1::PRIMITIVE_DNS_CHANGE:
        return resolve(injection);
      case v1::PRIMITIVE_DEMAND:
        return unbound(injection, "demand is made by a load generator, not by agents");
      case v1::PRIMITIVE_CACHE_FLUSH:
        return unbound(injection, "agents flush no caches");
      case v1::PRIMITIVE_APPROVAL:
      case v1::PRIMITIVE_RELEASE:
      case v1::PRIMITIVE_LOAN:
        return unbound(injection, "nothing is signed, released or lent on a staging system");
      case v1::PRIMITIVE_PEOPLE_ABSENT:
        return unbound(injection, "people are not an agent's to touch");
      case v1::PRIMITIVE_UNSPECIFIED:
      case v1::Primitive_INT_MIN_SENTINEL_DO_NOT_USE_:
      case v1::Primitive_INT_MAX_SENTINEL_DO_NOT_USE_:
        return;
    }
  }

  void unbound(const v1::Injection& injection, std::string reason) {
    v1::UnboundInjection& one = reduced_.unbound.emplace_back();
    *one.mutable_injection() = injection;
    one.set_reason(std::move(reason));
  }

  void host(const v1::Injection& injection) {
    bool is_bound = false;
    for (Host& host : hosts_) {
      if (!host.racks.contains(injection.target())) continue;
      is_bound = true;
      if (injection.primitive() == v1::PRIMITIVE_HOST_OFF) {
        host.off.insert(injection.target());
      } else {
        host.off.erase(injection.target());
      }
      const bool is_dark = 2 * host.off.size() > host.racks.size();
      if (is_dark == host.is_dark) continue;
      host.is_dark = is_dark;
      hold(host.dark, injection, is_dark);
    }
    if (!is_bound) unbound(injection, "no agent stands for this rack");
  }

  void hold(const BoundFault& fault, const v1::Injection& injection, bool is_on) {
    is_on ? stretches_.begin(fault, injection) : stretches_.end(fault, injection.at_s());
  }

  // What is bound to a member, or for a component to each of its members; nothing if `has` holds of
  // none.
  template <class Has>
  std::vector<v1::MemberBinding> bound(const std::string& target, Has has) const {
    std::vector<v1::MemberBinding> found;
    const std::optional<Numbered> member = numbered(target, "");
    const auto component = deployment_.components().find(member ? member->whole : target);
    if (component == deployment_.components().end()) return found;
    for (int i = 0; i < component->second.members_size(); ++i) {
      if (member && member->number != static_cast<std::uint32_t>(i)) continue;
      if (has(component->second.members(i))) found.push_back(component->second.members(i));
    }
    return found;
  }

  static bool has_process(const v1::MemberBinding& member) { return !member.process().empty(); }
  static bool has_cgroup(const v1::MemberBinding& member) { return !member.cgroup().empty(); }
  static bool can_lie(const v1::MemberBinding& member) {
    return !member.service().empty() && !member.method().empty();
  }

  void process(const v1::Injection& injection) {
    const auto members = bound(injection.target(), has_process);
    if (members.empty()) return unbound(injection, "no process is bound to it");
    for (const v1::MemberBinding& member : members) {
      hold({member.agent(),
            fmt::format("process_stop: {{process: {}}}\n", quoted(member.process()))},
           injection, injection.primitive() == v1::PRIMITIVE_PROCESS_STOP);
    }
  }

  void pause(const v1::Injection& injection) {
    const auto members = bound(injection.target(), has_process);
    if (members.empty()) return unbound(injection, "no process is bound to it");
    for (const v1::MemberBinding& member : members) {
      const BoundFault fault = paused(member);
      stretches_.begin(fault, injection);
      timed_.emplace(injection.at_s() + injection.value(), fault);
    }
  }

  static BoundFault paused(const v1::MemberBinding& member) {
    return {member.agent(),
            fmt::format("process_pause: {{process: {}}}\n", quoted(member.process()))};
  }

  void slow(const v1::Injection& injection) {
    const auto members = bound(injection.target(), has_cgroup);
    if (members.empty()) return unbound(injection, "no control group is bound to it");
    for (const v1::MemberBinding& member : members) {
      BoundFault& now = slowed_[{member.agent(), member.cgroup()}];
      if (!now.body.empty()) stretches_.end(now, injection.at_s());
      now = {member.agent(), ""};
      if (injection.value() >= 1) continue;
      now.body = fmt::format(
          "cpu_limit: {{cgroup: {}, cores: {}}}\n", quoted(member.cgroup()),
          format_quantity(std::max(0.01, injection.value() * member.cores()), v1::UNIT_RATIO));
      stretches_.begin(now, injection);
    }
  }

  void partition(const v1::Injection& injection) {
    Networks peers;
    if (!injection.peer().empty()) peers = networks_of(injection.peer());
    if (!injection.peer().empty() && peers.empty()) return no_networks(injection);
    for (const BoundFault& fault : between(injection, "packet_loss", peers, "")) {
      hold(fault, injection, injection.value() > 0);
    }
  }

  // Agents touch all that comes and goes unless told otherwise, so that everything else has to be
  // written down: hosts of one place stay as close to each other as they were.
  void delay(const v1::Injection& injection) {
    std::vector<BoundFault>& now = delayed_[{injection.fault(), injection.target()}];
    for (const BoundFault& fault : now) stretches_.end(fault, injection.at_s());
    now.clear();
    if (injection.value() <= 0) return;
    const Networks peers = injection.peer().empty() ? networks_beyond(injection.target())
                                                    : networks_of(injection.peer());
    if (peers.empty()) return no_networks(injection);
    now = between(injection, "packet_delay", peers,
                  fmt::format(", direction: both, delay: {}",
                              format_quantity(injection.value(), v1::UNIT_DURATION)));
    for (const BoundFault& fault : now) stretches_.begin(fault, injection);
  }

  using Networks = std::vector<std::string>;

  Networks networks_of(const std::string& place) const {
    const auto there = deployment_.places().find(place);
    if (there == deployment_.places().end()) return {};
    return {there->second.networks().begin(), there->second.networks().end()};
  }

  // Of every other place that is bound, and of those outside.
  Networks networks_beyond(const std::string& place) const {
    Networks all;
    for (const std::string& other : sorted_names(deployment_.places())) {
      if (overlap(other, place)) continue;
      for (std::string& network : networks_of(other)) all.push_back(std::move(network));
    }
    all.insert(all.end(), deployment_.outside().begin(), deployment_.outside().end());
    return all;
  }

  void no_networks(const v1::Injection& injection) {
    unbound(injection, fmt::format("no networks are written for {}",
                                   injection.peer().empty() ? "other places" : injection.peer()));
  }

  // A fault of packets on each agent of a place; no peers: all. None if the place is not bound,
  // which is noted.
  std::vector<BoundFault> between(const v1::Injection& injection, std::string_view kind,
                                  const Networks& peers, const std::string& more) {
    const auto here = deployment_.places().find(injection.target());
    if (here == deployment_.places().end()) {
      unbound(injection, "no agent stands for this place");
      return {};
    }
    std::string text;
    for (const std::string& network : peers) text += (text.empty() ? "" : ", ") + quoted(network);
    if (!text.empty()) text = ", peers: [" + text + "]";
    std::vector<BoundFault> faults;
    for (const std::string& agent : here->second.agents()) {
      faults.push_back({agent, fmt::format("{}: {{interface: {}{}{}}}\n", kind,
                                           quoted(here->second.interface()), text, more)});
    }
    return faults;
  }

  void stall(const v1::Injection& injection) {
    const auto component = deployment_.components().find(injection.target());
    if (component == deployment_.components().end() || !component->second.has_control_plane()) {
      return unbound(injection, "no process stands for its control plane");
    }
    hold(paused(component->second.control_plane()), injection, injection.value() > 0);
  }

  // A version that somebody's fault made goes out to every reader, until the next one does.
  void push(const v1::Injection& injection) {
    const auto component = deployment_.components().find(injection.target());
    if (component == deployment_.components().end() || component->second.files().empty()) {
      return unbound(injection, "no file is bound to it");
    }
    for (const v1::FileBinding& file : component->second.files()) {
      BoundFault& now = pushed_[{file.agent(), file.file()}];
      if (!now.body.empty()) stretches_.end(now, injection.at_s());
      now = {file.agent(), ""};
      if (injection.fault().empty()) continue;
      std::string more;
      if (!file.line().empty()) more += ", line: " + quoted(file.line());
      if (!file.under().empty()) more += ", under: " + quoted(file.under());
      now.body =
          fmt::format("config_bloat: {{file: {}, entries: {:.0f}, format: {}{}}}\n",
                      quoted(file.file()), std::max(1.0, injection.value()), file.format(), more);
      stretches_.begin(now, injection);
    }
  }

  void lie(const v1::Injection& injection) {
    const auto members = bound(injection.target(), can_lie);
    if (members.empty())
      return unbound(injection, "no service with a method and a result is bound");
    for (const v1::MemberBinding& member : members) {
      hold({member.agent(), fmt::format("rpc_answer: {{service: {}, method: {}, result: {}}}\n",
                                        quoted(member.service()), quoted(member.method()),
                                        quoted(member.result()))},
           injection, injection.value() > 0);
    }
  }

  void resolve(const v1::Injection& injection) {
    const auto component = deployment_.components().find(injection.target());
    if (component == deployment_.components().end() || component->second.resolvers().empty()) {
      return unbound(injection, "no resolver is bound to it");
    }
    if (injection.value() > 0 && !injection.fault().empty()) {
      return unbound(injection, "which address stands for the changed answer is not known");
    }
    for (const v1::MemberBinding& resolver : component->second.resolvers()) {
      const BoundFault fault{
          resolver.agent(),
          fmt::format("dns_answer: {{service: {}, answer: empty}}\n", quoted(resolver.service()))};
      hold(fault, injection, injection.value() <= 0);
    }
  }

  void add(const Stretch& stretch) {
    v1::PlannedInjection& one = reduced_.injections.emplace_back();
    one.set_id(fmt::format("{:03}", reduced_.injections.size()));
    one.set_at_s(stretch.from_s / pace_);
    one.set_duration_s((stretch.to_s - stretch.from_s) / pace_);
    one.set_agent(stretch.fault.agent);
    one.set_fault(
        fmt::format("duration: {:.3f}s\n{}", one.duration_s() + kMargin, stretch.fault.body));
    one.set_cause(stretch.begun_by.fault());
    one.set_target(stretch.begun_by.target());
    one.set_primitive(stretch.begun_by.primitive());
  }

  using Key = std::pair<std::string, std::string>;
  const v1::RunRecord& record_;
  const v1::Scenario& scenario_;
  const v1::Deployment& deployment_;
  double pace_;
  Stretches stretches_;
  std::vector<Host> hosts_;
  std::multimap<double, BoundFault> timed_;  // by their ends
  std::map<Key, BoundFault> slowed_;
  std::map<Key, BoundFault> pushed_;
  std::map<Key, std::vector<BoundFault>> delayed_;  // by fault and place
  Reduced reduced_;
};

}  // namespace

Reduced reduce(const v1::RunRecord& record, const v1::Scenario& scenario,
               const v1::Deployment& deployment, double pace) {
  return Reduction(record, scenario, deployment, pace).run();
}

}  // namespace chokepoint::controller
