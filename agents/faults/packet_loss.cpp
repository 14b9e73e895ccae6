#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agents/faults/driver.h"
#include "agents/faults/timed_rules.h"
#include "agents/system/nftables.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::agents {
namespace {

constexpr std::uint32_t kParts = 1'000'000;  // in which the share is given to the kernel

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
    undo.set_peer(likely_host(target_.peers));
    undo.set_family(std::string(kNetdev));
    undo.set_touches_outgoing(goes_out(fault_.direction()));
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
    text += arm(kNetdev, table, target_.peers, lease);
    return Nftables().run(text);
  }

  Status renew(const v1::Undo& undo, double lease) override {
    return Nftables().run(arm(kNetdev, undo.delete_table().table(), target_.peers, lease));
  }

 private:
  const v1::AgentConfig& config_;
  const v1::PacketLoss& fault_;
  PacketTarget target_;
};

}  // namespace

std::unique_ptr<Driver> make_packet_loss(const v1::AgentConfig& config,
                                         const v1::PacketLoss& fault) {
  return std::make_unique<PacketLossDriver>(config, fault);
}

}  // namespace chokepoint::agents
