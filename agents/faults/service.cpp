// Every fault on a service's connections: a proxy follows a rule. It stands before the service all
// the time, or connections are redirected to one that is started for the fault.
#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "agents/faults/driver.h"
#include "agents/faults/service_rule.h"
#include "agents/faults/service_witness.h"
#include "agents/faults/timed_rules.h"
#include "agents/system/companion.h"
#include "agents/system/nftables.h"
#include "agents/system/order.h"
#include "agents/system/privilege.h"
#include "agents/system/replace_file.h"
#include "agents/system/wait.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::agents {
namespace {

constexpr std::string_view kSet = "armed";
constexpr unsigned kPacketMark =
    0x63686f6b;                 // of what the proxy itself sends, so that it is left alone
constexpr double kLonger = 1;   // seconds that the proxy follows its rule after the filter's lease
constexpr double kToLeave = 4;  // seconds for a proxy that was told to

std::string redirect_rules(const v1::ServiceTarget& target, std::uint16_t to) {
  const std::string where =
      target.address().empty() ? "fib daddr type local" : "ip daddr " + target.address();
  // Connections that are being opened only: those that are open would be reset.
  const std::string tcp = fmt::format(
      "  {} tcp dport @{} tcp flags & (fin | syn | rst | ack) == syn counter redirect to :{}\n",
      where, kSet, to);
  const std::string udp =
      target.speaks() == "dns"
          ? fmt::format("  {} udp dport @{} counter redirect to :{}\n", where, kSet, to)
          : "";
  std::string text = fmt::format(
      " chain outgoing {{\n  type nat hook output priority -100; policy accept;\n"
      "  meta mark {} accept\n{}{} }}\n",
      kPacketMark, tcp, udp);
  if (target.address().empty()) {
    text += fmt::format(
        " chain incoming {{\n  type nat hook prerouting priority dstnat; policy accept;\n{}{} }}\n",
        tcp, udp);
  }
  return text;
}

std::string arm(const std::string& table, std::uint32_t port, double lease) {
  return fmt::format("flush set {0} {1} {2}\nadd element {0} {1} {2} {{ {3} timeout {4}ms }}\n",
                     kInet, table, kSet, port, std::lround(lease * 1000));
}

proxy::Command with_lease(std::string verb, const proxy::Rule& rule, double lease) {
  proxy::Command command;
  command.id = rule.id;
  if (verb == "begin") command.rule = rule;
  command.verb = std::move(verb);
  command.lease_s = lease;
  return command;
}

Result<proxy::Rule> rule_of(const v1::EndRule& undo) {
  const auto json = nlohmann::json::parse(undo.rule(), nullptr, false);
  if (!json.is_object()) {
    return Error{.code = Code::not_reverted, .message = "the journal holds no rule of a proxy"};
  }
  return json.get<proxy::Rule>();
}

class ServiceDriver : public Driver {
 public:
  ServiceDriver(const v1::AgentConfig& config, const v1::PrimitiveFault& fault)
      : config_(config), fault_(fault) {}

  Result<Prepared> prepare(const std::string& id) override {
    Result<ServiceRule> made = service_rule(config_, fault_);
    if (!made) return made.error();
    made_ = *std::move(made);
    made_.rule.id = id;
    Prepared prepared;
    prepared.object = "service " + made_.service;
    v1::EndRule& undo = *prepared.undo.mutable_end_rule();
    undo.set_rule(nlohmann::json(made_.rule).dump());
    undo.set_address(made_.target.address().empty() ? "127.0.0.1" : made_.target.address());
    undo.set_port(made_.target.port());
    if (made_.target.proxy().empty()) {
      if (Status may = may_filter_packets(); !may) {
        Error error = may.error();
        error.message =
            fmt::format("no proxy stands before {}, and {}", made_.service, error.message);
        error.hint =
            "start chokepoint-proxy before it and name its socket in 'proxy', or run the "
            "agent with CAP_NET_ADMIN; nothing was touched";
        return error;
      }
      undo.set_control((std::filesystem::path(config_.state()) / ("proxy-" + id)).string());
      undo.set_table("chokepoint_" + id);
      prepared.plan = {
          fmt::format("start chokepoint-proxy, ordered through {}", undo.control()),
          fmt::format("make the table inet {}, which leads new connections to {} port {} there",
                      undo.table(), made_.target.address().empty() ? "this host's" : undo.address(),
                      undo.port())};
    } else {
      undo.set_control(made_.target.proxy());
      const Result<proxy::Answer> standing = order(undo.control(), "status");
      if (!standing) return standing.error();
      if (!standing->id.empty()) {
        return Error{.code = Code::conflict,
                     .message = fmt::format("the proxy at {} follows rule {} already",
                                            undo.control(), standing->id)};
      }
      prepared.plan = {fmt::format("tell the proxy at {}:", undo.control())};
    }
    prepared.plan.push_back(made_.plan);
    return prepared;
  }

  // The proxy first: connections that are led to it must find it there.
  Status inject(const v1::Undo& whole, double lease) override {
    const v1::EndRule& undo = whole.end_rule();
    std::uint16_t listens_at = 0;
    if (!undo.table().empty()) {
      if (Status started = start_proxy(undo.control()); !started) return started;
    }
    const Result<proxy::Answer> begun =
        order(undo.control(), with_lease("begin", made_.rule, lease + kLonger));
    if (!begun) return begun.error();
    if (undo.table().empty()) return Ok{};
    listens_at = begun->listen;
    std::string text = fmt::format("create table {0} {1}\ntable {0} {1} {{\n", kInet, undo.table());
    text += fmt::format(" set {} {{\n  type inet_service; flags timeout;\n }}\n", kSet);
    text += redirect_rules(made_.target, listens_at);
    text += "}\n" + arm(undo.table(), undo.port(), lease);
    return Nftables().run(text);
  }

  Status renew(const v1::Undo& whole, double lease) override {
    const v1::EndRule& undo = whole.end_rule();
    const auto renewed = order(undo.control(), with_lease("renew", made_.rule, lease + kLonger));
    if (!renewed) return renewed.error();
    if (undo.table().empty()) return Ok{};
    return Nftables().run(arm(undo.table(), undo.port(), lease));
  }

 private:
  Status start_proxy(const std::string& control) const {
    std::vector<std::string> arguments = {"--listen",
                                          made_.target.speaks() == "dns" ? "0.0.0.0:0" : "[::]:0",
                                          "--control",
                                          control,
                                          "--temporary",
                                          "--mark",
                                          std::to_string(kPacketMark)};
    if (made_.target.speaks() == "http") arguments.emplace_back("--http");
    if (made_.target.speaks() == "dns") {
      const std::string host =
          made_.target.address().empty() ? "127.0.0.1" : made_.target.address();
      arguments.insert(arguments.end(),
                       {"--dns", "--to", fmt::format("{}:{}", host, made_.target.port())});
    }
    // It outlives the agent, so that connections that go through it can come to their end.
    Result<Companion> proxy = Companion::start("chokepoint-proxy", arguments, false);
    if (!proxy) return proxy.error();
    return Ok{};
  }

  const v1::AgentConfig& config_;
  const v1::PrimitiveFault& fault_;
  ServiceRule made_;
};

bool is_gone(const std::string& control) {
  const auto answer = order(control, "status");
  return !answer && answer.error().code == Code::not_found;
}

}  // namespace

std::unique_ptr<Driver> make_service_fault(const v1::AgentConfig& config,
                                           const v1::PrimitiveFault& fault) {
  return std::make_unique<ServiceDriver>(config, fault);
}

// New connections go straight again at once; those in the proxy get a moment to end before the
// table goes, which would reset them.
Status revert_rule(const v1::EndRule& undo) {
  if (undo.table().empty()) {
    const Result<proxy::Rule> rule = rule_of(undo);
    if (!rule) return rule.error();
    const auto ended = order(undo.control(), "end", rule->id);
    // A proxy that is gone took its rule along.
    if (!ended && ended.error().code != Code::not_found) return ended.error();
    return Ok{};
  }
  Nftables filter;
  const auto there = filter.list_set(kInet, undo.table(), std::string(kSet));
  if (!there) return there.error();
  if (*there) {
    if (Status flushed = filter.run(fmt::format("flush set {} {} {}\n", kInet, undo.table(), kSet));
        !flushed && flushed.error().code != Code::not_found) {
      return flushed;
    }
  }
  if (const auto told = order(undo.control(), "quit")) {
    wait_until([&] { return is_gone(undo.control()); }, kToLeave);
  }
  if (Status ended = end_proxy(undo.control()); !ended) return ended;
  return delete_table(kInet, undo.table(), std::string(kSet));
}

Seen look_at_rule(const v1::EndRule& undo) {
  const Result<proxy::Rule> rule = rule_of(undo);
  if (!rule) return Seen::unknown;
  const auto answer = order(undo.control(), "status");
  const bool is_there = static_cast<bool>(answer);
  if (!is_there && answer.error().code != Code::not_found) return Seen::unknown;
  const bool follows = is_there && answer->id == rule->id;
  if (!undo.table().empty()) {
    const auto listing = Nftables().list_set(kInet, undo.table(), std::string(kSet));
    if (!listing) return Seen::unknown;
    if (!*listing && !is_there) return Seen::baseline;
    if (!*listing || !is_armed(**listing) || !follows) return Seen::unknown;
  } else if (!follows) {
    return Seen::baseline;
  }
  return witness_rule(undo.control(), *rule, undo.address(),
                      static_cast<std::uint16_t>(undo.port()));
}

}  // namespace chokepoint::agents
