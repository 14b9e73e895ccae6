#include "agents/faults/timed_rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <net/if.h>

#include <algorithm>
#include <cmath>

#include "agents/faults/driver.h"
#include "agents/system/nftables.h"
#include "agents/system/privilege.h"

namespace chokepoint::agents {
namespace {

// The way in for people (22), names (53), addresses (67, 68, 546, 547).
constexpr std::string_view kPortsLeftAlone = "22, 53, 67, 68, 546, 547";

std::string elements(const std::vector<Network>& peers, bool is_v6, double lease) {
  std::vector<std::string> texts;
  for (const Network& peer : peers) {
    if (peer.is_v6 != is_v6) continue;
    texts.push_back(fmt::format("{} timeout {}ms", peer.text(), std::lround(lease * 1000)));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string text_of(const std::vector<Network>& networks) {
  std::vector<std::string> texts;
  for (const Network& network : networks) texts.push_back(network.text());
  return fmt::format("{}", fmt::join(texts, ", "));
}

// Those asked for, each within one that may be cut.
Result<std::vector<Network>> chosen_peers(
    const v1::InterfaceTarget& target, const std::string& name,
    const google::protobuf::RepeatedPtrField<std::string>& asked) {
  std::vector<Network> may_be_cut;
  for (const std::string& text : target.peers()) {
    const Result<Network> network = parse_network(text);
    if (!network) return network.error();
    may_be_cut.push_back(*network);
  }
  std::vector<Network> chosen;
  for (const std::string& text : asked) {
    const Result<Network> network = parse_network(text);
    if (!network) return network.error();
    const bool is_allowed =
        std::any_of(may_be_cut.begin(), may_be_cut.end(),
                    [&](const Network& wide) { return wide.contains(*network); });
    if (!is_allowed) {
      return Error{
          .code = Code::denied,
          .message = fmt::format("this agent may not touch {} on {}", text, name),
          .hint =
              "only networks that stand beside it in its own configuration; nothing was touched"};
    }
    chosen.push_back(*network);
  }
  return chosen.empty() ? may_be_cut : chosen;
}

}  // namespace

Result<PacketTarget> choose(const v1::AgentConfig& config, const std::string& name,
                            const google::protobuf::RepeatedPtrField<std::string>& asked) {
  Result<v1::InterfaceTarget> interface = allowed(config.interfaces(), name, "interface");
  if (!interface) return interface.error();
  if (Status may = may_filter_packets(); !may) return may.error();
  Result<std::vector<Network>> peers = chosen_peers(*interface, name, asked);
  if (!peers) return peers.error();
  if (::if_nametoindex(interface->interface().c_str()) == 0) {
    return Error{.code = Code::not_found,
                 .message = fmt::format("there is no interface {}", interface->interface())};
  }
  return PacketTarget{.interface = *std::move(interface), .peers = *std::move(peers)};
}

bool goes_in(v1::Direction direction) { return direction != v1::DIRECTION_OUT; }

bool goes_out(v1::Direction direction) { return direction != v1::DIRECTION_IN; }

std::string text_of(v1::Direction direction, const PacketTarget& target) {
  const char* const way = !goes_out(direction)  ? "from"
                          : !goes_in(direction) ? "to"
                                                : "from and to";
  return fmt::format("{} {} on {}", way, text_of(target.peers), target.interface.interface());
}

Status delete_table(std::string_view family, const std::string& table, const std::string& set) {
  Nftables filter;
  // The set, since the library cannot print every rule that a table may hold.
  const auto there = filter.list_set(family, table, set);
  if (!there) return there.error();
  if (!*there) return Ok{};
  Status deleted = filter.run(fmt::format("delete table {} {}", family, table));
  return !deleted && deleted.error().code != Code::not_found ? deleted : Status(Ok{});
}

std::string empty_sets() {
  return " set armed4 {\n  type ipv4_addr; flags interval, timeout;\n }\n"
         " set armed6 {\n  type ipv6_addr; flags interval, timeout;\n }\n";
}

std::string arm(std::string_view family, const std::string& table,
                const std::vector<Network>& peers, double lease) {
  std::string text;
  for (const bool is_v6 : {false, true}) {
    const std::string all = elements(peers, is_v6, lease);
    if (all.empty()) continue;
    text += fmt::format("flush set {0} {1} {2}\nadd element {0} {1} {2} {{ {3} }}\n", family, table,
                        is_v6 ? "armed6" : "armed4", all);
  }
  return text;
}

std::string accept_rules(const v1::InterfaceTarget& target, std::string_view side) {
  const std::string ports = ports_left_alone(target);
  std::string text;
  for (const char* const protocol : {"tcp", "udp"}) {
    text += fmt::format("  {0} dport {{ {1} }} accept\n  {0} sport {{ {1} }} accept\n", protocol,
                        ports);
  }
  text += fmt::format("  ip {0} 169.254.169.254 accept\n  ip6 {0} fd00:ec2::254 accept\n", side);
  text +=
      "  icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, "
      "nd-router-advert } accept\n";
  return text;
}

std::string ports_left_alone(const v1::InterfaceTarget& target) {
  std::string ports(kPortsLeftAlone);
  for (const std::uint32_t port : target.left_alone()) ports += fmt::format(", {}", port);
  return ports;
}

bool is_armed(const std::string& listing) { return listing.find("expires") != std::string::npos; }

}  // namespace chokepoint::agents
