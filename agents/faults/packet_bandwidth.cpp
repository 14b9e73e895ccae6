// What leaves an interface is let through no faster: packets to the peers get a priority that sends
// them through the one class of a token bucket. The priority is given by a rule that ends by
// itself; without it the bucket lets everything pass.
#include <fmt/format.h>
#include <sys/socket.h>

#include "agents/faults/driver.h"
#include "agents/faults/timed_rules.h"
#include "agents/system/nftables.h"
#include "agents/system/queueing.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::agents {
namespace {

constexpr std::string_view kFamily = "inet";

std::string chain(const v1::InterfaceTarget& target, std::uint32_t priority) {
  std::string text = fmt::format(
      " chain outgoing {{\n  type filter hook postrouting priority 300; policy accept;\n  oifname "
      "!= \"{}\" accept\n",
      target.interface());
  text += accept_rules(target, "daddr");
  for (const char* const version : {"4", "6"}) {
    text +=
        fmt::format("  {} daddr @armed{} counter meta priority set {:x}:{:x}\n",
                    version[0] == '4' ? "ip" : "ip6", version, priority >> 16U, priority & 0xffffU);
  }
  return text + " }\n";
}

class PacketBandwidthDriver : public Driver {
 public:
  PacketBandwidthDriver(const v1::AgentConfig& config, const v1::PacketBandwidth& fault)
      : config_(config), fault_(fault) {}

  Result<Prepared> prepare(const std::string& id) override {
    Result<PacketTarget> chosen = choose(config_, fault_.interface(), fault_.peers());
    if (!chosen) return chosen.error();
    target_ = *std::move(chosen);
    const std::string& interface = target_.interface.interface();
    const Result<RootQueue> root = root_queue(interface);
    if (!root) return root.error();
    if (root->handle != 0) {
      return Error{.code = Code::conflict,
                   .message = fmt::format("somebody has put a queue of their own on {}: {}",
                                          interface, root->kind),
                   .hint = "it would be lost; nothing was touched"};
    }
    Prepared prepared;
    prepared.object = "interface " + interface;
    v1::EndShaping& undo = *prepared.undo.mutable_end_shaping();
    undo.set_table("chokepoint_" + id);
    undo.set_interface(interface);
    undo.set_handle(new_handle());
    undo.set_peer(target_.peers.front().some_host());
    prepared.plan = {fmt::format("put a token bucket {:x}: on {} in the place of {}",
                                 undo.handle() >> 16U, interface, root->kind),
                     fmt::format("make the table {} {}", kFamily, undo.table()),
                     fmt::format("let no more than {} through {}",
                                 format_quantity(fault_.rate(), v1::UNIT_BANDWIDTH),
                                 text_of(v1::DIRECTION_OUT, target_)),
                     fmt::format("ports {} are left alone", ports_left_alone(target_.interface))};
    return prepared;
  }

  Status inject(const v1::Undo& whole, double lease) override {
    const v1::EndShaping& undo = whole.end_shaping();
    if (Status added = add_shaped_root(undo.interface(), undo.handle(), fault_.rate()); !added) {
      return added;
    }
    std::string text =
        fmt::format("create table {0} {1}\ntable {0} {1} {{\n", kFamily, undo.table());
    text += empty_sets();
    text += chain(target_.interface, shaped_priority(undo.handle()));
    text += "}\n" + arm(kFamily, undo.table(), target_.peers, lease);
    return Nftables().run(text);
  }

  Status renew(const v1::Undo& undo, double lease) override {
    return Nftables().run(arm(kFamily, undo.end_shaping().table(), target_.peers, lease));
  }

 private:
  const v1::AgentConfig& config_;
  const v1::PacketBandwidth& fault_;
  PacketTarget target_;
};

}  // namespace

std::unique_ptr<Driver> make_packet_bandwidth(const v1::AgentConfig& config,
                                              const v1::PacketBandwidth& fault) {
  return std::make_unique<PacketBandwidthDriver>(config, fault);
}

Status revert_shaping(const v1::EndShaping& undo) {
  if (Status deleted = delete_table(kFamily, undo.table()); !deleted) return deleted;
  return remove_root(undo.interface(), undo.handle());
}

// Packets sent to the peers must be counted by the bucket's class.
Seen look_at_shaping(const v1::EndShaping& undo) {
  const auto listing = Nftables().list_set(kFamily, undo.table(), "armed4");
  const Result<RootQueue> root = root_queue(undo.interface());
  if (!listing || !root) return Seen::unknown;
  const bool is_queued = root->handle == undo.handle();
  if (!*listing && !is_queued) return Seen::baseline;
  if (!*listing || !is_queued || !is_armed(**listing)) return Seen::unknown;
  const auto before = shaped_packets(undo.interface(), undo.handle());
  for (int i = 0; before && i < 10; ++i) {
    send_probe(undo.interface(), undo.peer());
    const auto now = shaped_packets(undo.interface(), undo.handle());
    if (now && *now > *before) return Seen::injected;
  }
  return Seen::unknown;
}

}  // namespace chokepoint::agents
