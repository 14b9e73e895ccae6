#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <optional>

#include "agents/faults/driver.h"
#include "agents/faults/timed_rules.h"
#include "agents/system/delay_worker.h"
#include "agents/system/descriptor.h"
#include "agents/system/nftables.h"
#include "agents/system/queue_rule.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::agents {
namespace {

constexpr std::string_view kFamily = "inet";
constexpr int kEchoes = 5;

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
    if (fault_.jitter() > fault_.delay()) {
      return Error{.code = Code::invalid_input,
                   .message = "a jitter above the delay would let packets go before they came"};
    }
    Prepared prepared;
    prepared.object = "interface " + target_.interface.interface();
    v1::EndDelay& undo = *prepared.undo.mutable_end_delay();
    undo.set_table("chokepoint_" + id);
    undo.set_peer(target_.peers.front().some_host());
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
    return filter.run(arm(kFamily, table, target_.peers, lease));
  }

  Status renew(const v1::Undo& undo, double lease) override {
    if (!worker_ || !worker_->is_alive()) {
      return Error{.code = Code::unavailable,
                   .message = "the process that holds packets back died"};
    }
    return Nftables().run(arm(kFamily, undo.end_delay().table(), target_.peers, lease));
  }

 private:
  const v1::AgentConfig& config_;
  const v1::PacketDelay& fault_;
  PacketTarget target_;
  std::optional<DelayWorker> worker_;
};

// An echo request, without contents: type and code, check (RFC 1071), who asks, number.
using Echo = std::array<std::uint16_t, 4>;

Echo echo_request(std::uint16_t asker, std::uint16_t number) {
  Echo words = {htons(ICMP_ECHO << 8U), 0, htons(asker), htons(number)};
  std::uint32_t sum = 0;
  for (const std::uint16_t word : words) sum += word;
  sum = (sum >> 16U) + (sum & 0xffffU);
  sum += sum >> 16U;
  words[1] = static_cast<std::uint16_t>(~sum);
  return words;
}

// How long the peer takes to answer an echo request, seconds; nothing when it does not within
// `patience`.
std::optional<double> echo(const std::string& peer, std::uint16_t number, double patience) {
  using Clock = std::chrono::steady_clock;
  const Descriptor socket(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
  if (!socket.is_open()) return std::nullopt;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  ::inet_pton(AF_INET, peer.c_str(), &to.sin_addr);
  const Echo request = echo_request(static_cast<std::uint16_t>(::getpid()), number);
  const auto sent = Clock::now();
  if (::sendto(socket.number(), request.data(), sizeof request, 0, reinterpret_cast<sockaddr*>(&to),
               sizeof to) < 0) {
    return std::nullopt;
  }
  while (true) {
    const double passed = std::chrono::duration<double>(Clock::now() - sent).count();
    if (passed >= patience) return std::nullopt;
    pollfd ready{.fd = socket.number(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>((patience - passed) * 1000) + 1) <= 0) continue;
    std::array<char, 1500> packet{};
    const ssize_t got = ::recv(socket.number(), packet.data(), packet.size(), 0);
    const std::size_t header = static_cast<std::size_t>(packet[0] & 0xf) * 4;
    Echo answer{};
    if (got < static_cast<ssize_t>(header + sizeof answer)) continue;
    std::memcpy(answer.data(), packet.data() + header, sizeof answer);
    if (answer[0] == htons(ICMP_ECHOREPLY << 8U) && answer[2] == request[2] &&
        answer[3] == request[3]) {
      return std::chrono::duration<double>(Clock::now() - sent).count();
    }
  }
}

}  // namespace

std::unique_ptr<Driver> make_packet_delay(const v1::AgentConfig& config,
                                          const v1::PacketDelay& fault) {
  return std::make_unique<PacketDelayDriver>(config, fault);
}

Status revert_delay(const v1::EndDelay& undo) { return delete_table(kFamily, undo.table()); }

// Rules that stand there prove nothing: the other side must answer later than the delay.
Seen look_at_delay(const v1::EndDelay& undo) {
  Nftables filter;
  const auto listing = filter.list_set(kFamily, undo.table(), "armed4");
  if (!listing) return Seen::unknown;
  if (!*listing) return Seen::baseline;
  if (!is_armed(**listing)) return Seen::unknown;
  for (std::uint16_t number = 0; number < kEchoes; ++number) {
    const std::optional<double> took = echo(undo.peer(), number, 1 + 4 * undo.at_least());
    if (took) return *took >= undo.at_least() ? Seen::injected : Seen::unknown;
  }
  return Seen::unknown;
}

}  // namespace chokepoint::agents
