#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "agents/faults/driver.h"
#include "agents/faults/timed_rules.h"
#include "agents/system/delay_worker.h"
#include "agents/system/echo.h"
#include "agents/system/nftables.h"
#include "agents/system/queue_rule.h"
#include "agents/system/queueing.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::agents {
namespace {

std::string chain(const v1::InterfaceTarget& target, bool is_out) {
  const char* const side = is_out ? "daddr" : "saddr";
  std::string text = fmt::format(
      " chain {} {{\n  type filter hook {} priority mangle; policy accept;\n  {} != \"{}\" "
      "accept\n",
      is_out ? "outgoing" : "incoming", is_out ? "output" : "input", is_out ? "oifname" : "iifname",
      target.interface());
  text += accept_rules(target, side);
  text += fmt::format("  ip {} @armed4 counter jump held\n }}\n", side);
  return text;
}

class PacketDelayDriver : public Driver {
 public:
  PacketDelayDriver(const v1::AgentConfig& config, const v1::PacketDelay& fault)
      : config_(config), fault_(fault) {}

  Result<Prepared> prepare(const std::string& id) override {
    Result<PacketTarget> chosen = choose(config_, fault_.interface(), fault_.peers());
    if (!chosen) return chosen.error();
    target_ = *std::move(chosen);
    if (std::any_of(target_.peers.begin(), target_.peers.end(),
                    [](const Network& peer) { return peer.is_v6; })) {
      return Error{.code = Code::invalid_input,
                   .message = "only IPv4 networks can be delayed",
                   .hint = "name IPv4 networks in 'peers'"};
    }
    if (fault_.via() == "netem") {
      return Error{.code = Code::invalid_input,
                   .message = "netem holds only what leaves",
                   .hint = "write 'direction: out', or 'via: queue'"};
    }
    if (fault_.jitter() > fault_.delay()) {
      return Error{.code = Code::invalid_input,
                   .message = "a jitter above the delay would let packets go before they came"};
    }
    Prepared prepared;
    prepared.object = "interface " + target_.interface.interface();
    v1::EndDelay& undo = *prepared.undo.mutable_end_delay();
    undo.set_table("chokepoint_" + id);
    undo.set_peer(likely_host(target_.peers));
    undo.set_at_least(fault_.delay() - fault_.jitter());
    const std::string jitter =
        fault_.jitter() > 0 ? " +- " + format_quantity(fault_.jitter(), v1::UNIT_DURATION) : "";
    prepared.plan = {fmt::format("make the table inet {}", undo.table()),
                     fmt::format("hold packets {} for {}{}", text_of(fault_.direction(), target_),
                                 format_quantity(fault_.delay(), v1::UNIT_DURATION), jitter),
                     fmt::format("ports {} are left alone", ports_left_alone(target_.interface))};
    return prepared;
  }

  // Armed last: until then no rule matches anything.
  Status inject(const v1::Undo& undo, double lease) override {
    Result<DelayWorker> worker = DelayWorker::start(fault_.delay(), fault_.jitter());
    if (!worker) return worker.error();
    worker_.emplace(*std::move(worker));
    const std::string& table = undo.end_delay().table();
    std::string text = fmt::format("create table inet {0}\ntable inet {0} {{\n", table);
    text += empty_sets();
    text += " chain held {\n }\n";
    if (goes_in(fault_.direction())) text += chain(target_.interface, false);
    if (goes_out(fault_.direction())) text += chain(target_.interface, true);
    text += "}\n";
    Nftables filter;
    if (Status made = filter.run(text); !made) return made;
    if (Status added = add_queue_rule(table, "held", worker_->queue()); !added) return added;
    return filter.run(arm(kInet, table, target_.peers, lease));
  }

  Status renew(const v1::Undo& undo, double lease) override {
    if (!worker_ || !worker_->is_alive()) {
      return Error{.code = Code::unavailable,
                   .message = "the process that holds packets back died"};
    }
    return Nftables().run(arm(kInet, undo.end_delay().table(), target_.peers, lease));
  }

 private:
  const v1::AgentConfig& config_;
  const v1::PacketDelay& fault_;
  PacketTarget target_;
  std::optional<DelayWorker> worker_;
};

// Whether the kernel has it, and nobody else's queue stands on the interface.
bool can_use_netem(const v1::AgentConfig& config, const v1::PacketDelay& fault) {
  const auto target = config.interfaces().find(fault.interface());
  if (target == config.interfaces().end()) return false;
  const Result<RootQueue> root = root_queue(target->second.interface());
  return has_netem() && root && root->handle == 0;
}

}  // namespace

std::unique_ptr<Driver> make_packet_delay(const v1::AgentConfig& config,
                                          const v1::PacketDelay& fault) {
  const bool by_kernel =
      fault.direction() == v1::DIRECTION_OUT &&
      (fault.via() == "netem" || (fault.via() == "auto" && can_use_netem(config, fault)));
  if (by_kernel) return make_netem_delay(config, fault);
  return std::make_unique<PacketDelayDriver>(config, fault);
}

Status revert_delay(const v1::EndDelay& undo) { return delete_table(kInet, undo.table()); }

// Rules that stand there prove nothing: the other side must answer later than the delay.
Seen look_at_delay(const v1::EndDelay& undo) {
  Nftables filter;
  const auto listing = filter.list_set(kInet, undo.table(), "armed4");
  if (!listing) return Seen::unknown;
  if (!*listing) return Seen::baseline;
  if (!is_armed(**listing)) return Seen::unknown;
  return answers_late(undo.peer(), undo.at_least()) ? Seen::injected : Seen::unknown;
}

}  // namespace chokepoint::agents
