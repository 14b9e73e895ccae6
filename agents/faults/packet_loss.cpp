#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <regex>
#include <thread>

#include "agents/faults/driver.h"
#include "agents/faults/timed_rules.h"
#include "agents/system/descriptor.h"
#include "agents/system/nftables.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::agents {
namespace {

constexpr std::string_view kFamily = "netdev";
constexpr std::uint32_t kParts = 1'000'000;  // in which the share is given to the kernel
constexpr int kProbes = 200;
constexpr std::uint16_t kDiscardPort = 9;

std::string chain(const v1::InterfaceTarget& target, bool is_out, double share) {
  const auto parts = static_cast<std::uint32_t>(std::lround(share * kParts));
  const std::string chance =
      parts >= kParts ? "" : fmt::format("numgen random mod {} < {} ", kParts, std::max(parts, 1U));
  const char* const side = is_out ? "daddr" : "saddr";
  std::string text = fmt::format(
      " chain {} {{\n  type filter hook {} device \"{}\" priority -300; policy accept;\n",
      is_out ? "outgoing" : "incoming", is_out ? "egress" : "ingress", target.interface());
  text += accept_rules(target, side);
  text += fmt::format("  ip {0} @armed4 {1}counter drop\n  ip6 {0} @armed6 {1}counter drop\n }}\n",
                      side, chance);
  return text;
}

class PacketLossDriver : public Driver {
 public:
  PacketLossDriver(const v1::AgentConfig& config, const v1::PacketLoss& fault)
      : config_(config), fault_(fault) {}

  Result<Prepared> prepare(const std::string& id) override {
    Result<PacketTarget> chosen = choose(config_, fault_.interface(), fault_.peers());
    if (!chosen) return chosen.error();
    target_ = *std::move(chosen);
    Prepared prepared;
    const std::string& interface = target_.interface.interface();
    prepared.object = "interface " + interface;
    v1::DeleteTable& undo = *prepared.undo.mutable_delete_table();
    undo.set_table("chokepoint_" + id);
    undo.set_interface(interface);
    undo.set_peer(target_.peers.front().some_host());
    undo.set_drops_outgoing(goes_out(fault_.direction()));
    prepared.plan = {
        fmt::format("make the table netdev {}", undo.table()),
        fmt::format("drop {} of the packets {}", format_quantity(fault_.share(), v1::UNIT_RATIO),
                    text_of(fault_.direction(), target_)),
        fmt::format("ports {} are left alone", ports_left_alone(target_.interface))};
    return prepared;
  }

  Status inject(const v1::Undo& undo, double lease) override {
    const std::string& table = undo.delete_table().table();
    std::string text = fmt::format("create table netdev {0}\ntable netdev {0} {{\n", table);
    text += empty_sets();
    if (goes_in(fault_.direction())) text += chain(target_.interface, false, fault_.share());
    if (goes_out(fault_.direction())) text += chain(target_.interface, true, fault_.share());
    text += "}\n";
    text += arm(kFamily, table, target_.peers, lease);
    return Nftables().run(text);
  }

  Status renew(const v1::Undo& undo, double lease) override {
    return Nftables().run(arm(kFamily, undo.delete_table().table(), target_.peers, lease));
  }

 private:
  const v1::AgentConfig& config_;
  const v1::PacketLoss& fault_;
  PacketTarget target_;
};

// How many packets the rules of the table have dropped.
std::uint64_t dropped(const std::string& listing) {
  static const std::regex counter("counter packets ([0-9]+)");
  std::uint64_t sum = 0;
  for (std::sregex_iterator found(listing.begin(), listing.end(), counter), end; found != end;
       ++found) {
    sum += std::stoull((*found)[1]);
  }
  return sum;
}

void send_probe(const v1::DeleteTable& undo) {
  const bool is_v6 = undo.peer().find(':') != std::string::npos;
  const Descriptor socket(
      ::socket(is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  ::setsockopt(socket.number(), SOL_SOCKET, SO_BINDTODEVICE, undo.interface().c_str(),
               static_cast<socklen_t>(undo.interface().size()));
  sockaddr_storage address{};
  socklen_t length = 0;
  if (is_v6) {
    auto& to = reinterpret_cast<sockaddr_in6&>(address);
    to.sin6_family = AF_INET6;
    to.sin6_port = htons(kDiscardPort);
    ::inet_pton(AF_INET6, undo.peer().c_str(), &to.sin6_addr);
    length = sizeof to;
  } else {
    auto& to = reinterpret_cast<sockaddr_in&>(address);
    to.sin_family = AF_INET;
    to.sin_port = htons(kDiscardPort);
    ::inet_pton(AF_INET, undo.peer().c_str(), &to.sin_addr);
    length = sizeof to;
  }
  ::sendto(socket.number(), "", 0, 0, reinterpret_cast<sockaddr*>(&address), length);
}

}  // namespace

std::unique_ptr<Driver> make_packet_loss(const v1::AgentConfig& config,
                                         const v1::PacketLoss& fault) {
  return std::make_unique<PacketLossDriver>(config, fault);
}

Status revert_loss(const v1::DeleteTable& undo) { return delete_table(kFamily, undo.table()); }

// That the rules stand there proves nothing: a packet sent against them must be counted. Incoming
// packets are the peers' to send, so for those the witness waits for one.
Seen look_at_loss(const v1::DeleteTable& undo) {
  Nftables filter;
  auto listing = filter.list_table(kFamily, undo.table());
  if (!listing) return Seen::unknown;
  if (!*listing) return Seen::baseline;
  if (!is_armed(**listing)) return Seen::unknown;  // it ended by itself, and was not cleared away
  const std::uint64_t before = dropped(**listing);
  for (int probe = 0; probe < kProbes; ++probe) {
    if (undo.drops_outgoing()) send_probe(undo);
    if (!undo.drops_outgoing() || probe > 10)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    listing = filter.list_table(kFamily, undo.table());
    if (!listing || !*listing) return Seen::unknown;
    if (dropped(**listing) > before) return Seen::injected;
  }
  return Seen::unknown;
}

}  // namespace chokepoint::agents
