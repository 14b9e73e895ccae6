// What leaves an interface goes through a queue of ours, which is slow or, with netem, late:
// packets to the peers get a priority that sends them through the one class of a token bucket. The
// priority is given by a rule that ends by itself; without it the bucket lets everything pass.
#include <fmt/format.h>
#include <sys/socket.h>

#include "agents/faults/driver.h"
#include "agents/faults/timed_rules.h"
#include "agents/system/echo.h"
#include "agents/system/nftables.h"
#include "agents/system/queueing.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::agents {
namespace {

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

constexpr double kNoLimit = 12.5e9;  // bytes per second, 100 Gbit/s

struct Shape {
  std::string interface;  // its name in the configuration
  google::protobuf::RepeatedPtrField<std::string> peers;
  double rate = kNoLimit;
  double delay = 0;
  double jitter = 0;
  std::string plan;  // what it does
};

class ShapedDriver : public Driver {
 public:
  ShapedDriver(const v1::AgentConfig& config, Shape shape)
      : config_(config), shape_(std::move(shape)) {}

  Result<Prepared> prepare(const std::string& id) override {
    Result<PacketTarget> chosen = choose(config_, shape_.interface, shape_.peers);
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
    if (shape_.delay > 0 && !has_netem()) {
      return Error{.code = Code::unavailable,
                   .message = "this kernel has no netem to delay packets with",
                   .hint = "write 'via: queue', which needs none; nothing was touched"};
    }
    Prepared prepared;
    prepared.object = "interface " + interface;
    v1::EndShaping& undo = *prepared.undo.mutable_end_shaping();
    undo.set_table("chokepoint_" + id);
    undo.set_interface(interface);
    undo.set_handle(new_handle());
    undo.set_peer(likely_host(target_.peers));
    undo.set_at_least(shape_.delay - shape_.jitter);
    prepared.plan = {fmt::format("put a token bucket {:x}: on {} in the place of {}",
                                 undo.handle() >> 16U, interface, root->kind),
                     fmt::format("make the table {} {}", kInet, undo.table()),
                     shape_.plan + " " + text_of(v1::DIRECTION_OUT, target_),
                     fmt::format("ports {} are left alone", ports_left_alone(target_.interface))};
    return prepared;
  }

  Status inject(const v1::Undo& whole, double lease) override {
    const v1::EndShaping& undo = whole.end_shaping();
    if (Status added = add_shaped_root(undo.interface(), undo.handle(), shape_.rate); !added) {
      return added;
    }
    if (shape_.delay > 0) {
      Status late = add_netem(undo.interface(), undo.handle(), shape_.delay, shape_.jitter);
      if (!late) return late;
    }
    std::string text = fmt::format("create table {0} {1}\ntable {0} {1} {{\n", kInet, undo.table());
    text += empty_sets();
    text += chain(target_.interface, shaped_priority(undo.handle()));
    text += "}\n" + arm(kInet, undo.table(), target_.peers, lease);
    return Nftables().run(text);
  }

  Status renew(const v1::Undo& undo, double lease) override {
    return Nftables().run(arm(kInet, undo.end_shaping().table(), target_.peers, lease));
  }

 private:
  const v1::AgentConfig& config_;
  const Shape shape_;
  PacketTarget target_;
};

}  // namespace

std::unique_ptr<Driver> make_packet_bandwidth(const v1::AgentConfig& config,
                                              const v1::PacketBandwidth& fault) {
  const std::string rate = format_quantity(fault.rate(), v1::UNIT_BANDWIDTH);
  return std::make_unique<ShapedDriver>(config,
                                        Shape{.interface = fault.interface(),
                                              .peers = fault.peers(),
                                              .rate = fault.rate(),
                                              .plan = "let no more than " + rate + " through"});
}

std::unique_ptr<Driver> make_netem_delay(const v1::AgentConfig& config,
                                         const v1::PacketDelay& fault) {
  const std::string delay = format_quantity(fault.delay(), v1::UNIT_DURATION);
  const std::string jitter =
      fault.jitter() > 0 ? " +- " + format_quantity(fault.jitter(), v1::UNIT_DURATION) : "";
  return std::make_unique<ShapedDriver>(
      config, Shape{.interface = fault.interface(),
                    .peers = fault.peers(),
                    .delay = fault.delay(),
                    .jitter = fault.jitter(),
                    .plan = fmt::format("hold packets for {}{} by netem", delay, jitter)});
}

Status revert_shaping(const v1::EndShaping& undo) {
  if (Status deleted = delete_table(kInet, undo.table()); !deleted) return deleted;
  return remove_root(undo.interface(), undo.handle());
}

// Packets sent to the peers must be counted by the bucket's class; late ones must be late.
Seen look_at_shaping(const v1::EndShaping& undo) {
  const auto listing = Nftables().list_set(kInet, undo.table(), "armed4");
  const Result<RootQueue> root = root_queue(undo.interface());
  if (!listing || !root) return Seen::unknown;
  const bool is_queued = root->handle == undo.handle();
  if (!*listing && !is_queued) return Seen::baseline;
  if (!*listing || !is_queued || !is_armed(**listing)) return Seen::unknown;
  if (undo.at_least() > 0) {
    return answers_late(undo.peer(), undo.at_least()) ? Seen::injected : Seen::unknown;
  }
  const auto before = shaped_packets(undo.interface(), undo.handle());
  for (int i = 0; before && i < 10; ++i) {
    send_probe(undo.interface(), undo.peer());
    const auto now = shaped_packets(undo.interface(), undo.handle());
    if (now && *now > *before) return Seen::injected;
  }
  return Seen::unknown;
}

}  // namespace chokepoint::agents
