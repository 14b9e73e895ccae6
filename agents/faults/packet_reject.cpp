#include <fmt/format.h>

#include "agents/faults/driver.h"
#include "agents/faults/timed_rules.h"
#include "agents/system/nftables.h"

namespace chokepoint::agents {
namespace {

std::string chain(const v1::InterfaceTarget& target, bool is_out) {
  const char* const side = is_out ? "daddr" : "saddr";
  std::string text = fmt::format(
      " chain {} {{\n  type filter hook {} priority -300; policy accept;\n  {} != \"{}\" "
      "accept\n",
      is_out ? "outgoing" : "incoming", is_out ? "output" : "input", is_out ? "oifname" : "iifname",
      target.interface());
  text += accept_rules(target, side);
  // The refusals themselves, which come back on the loopback interface.
  text +=
      "  tcp flags & rst == rst accept\n  icmp type destination-unreachable accept\n"
      "  icmpv6 type destination-unreachable accept\n";
  for (const char* const version : {"4", "6"}) {
    const std::string from =
        fmt::format("  {} {} @armed{}", version[0] == '4' ? "ip" : "ip6", side, version);
    text += fmt::format(
        "{0} meta l4proto tcp counter reject with tcp reset\n"
        "{0} counter reject with icmpx type admin-prohibited\n",
        from);
  }
  return text + " }\n";
}

class PacketRejectDriver : public Driver {
 public:
  PacketRejectDriver(const v1::AgentConfig& config, const v1::PacketReject& fault)
      : config_(config), fault_(fault) {}

  Result<Prepared> prepare(const std::string& id) override {
    Result<PacketTarget> chosen = choose(config_, fault_.interface(), fault_.peers());
    if (!chosen) return chosen.error();
    target_ = *std::move(chosen);
    Prepared prepared;
    prepared.object = "interface " + target_.interface.interface();
    v1::DeleteTable& undo = *prepared.undo.mutable_delete_table();
    undo.set_table("chokepoint_" + id);
    undo.set_family(std::string(kInet));
    undo.set_interface(target_.interface.interface());
    undo.set_peer(likely_host(target_.peers));
    undo.set_touches_outgoing(goes_out(fault_.direction()));
    prepared.plan = {
        fmt::format("make the table {} {}", kInet, undo.table()),
        "refuse packets, and reset connections, " + text_of(fault_.direction(), target_),
        fmt::format("ports {} are left alone", ports_left_alone(target_.interface))};
    return prepared;
  }

  Status inject(const v1::Undo& undo, double lease) override {
    const std::string& table = undo.delete_table().table();
    std::string text = fmt::format("create table {0} {1}\ntable {0} {1} {{\n", kInet, table);
    text += empty_sets();
    if (goes_in(fault_.direction())) text += chain(target_.interface, false);
    if (goes_out(fault_.direction())) text += chain(target_.interface, true);
    text += "}\n";
    text += arm(kInet, table, target_.peers, lease);
    return Nftables().run(text);
  }

  Status renew(const v1::Undo& undo, double lease) override {
    return Nftables().run(arm(kInet, undo.delete_table().table(), target_.peers, lease));
  }

 private:
  const v1::AgentConfig& config_;
  const v1::PacketReject& fault_;
  PacketTarget target_;
};

}  // namespace

std::unique_ptr<Driver> make_packet_reject(const v1::AgentConfig& config,
                                           const v1::PacketReject& fault) {
  return std::make_unique<PacketRejectDriver>(config, fault);
}

}  // namespace chokepoint::agents
