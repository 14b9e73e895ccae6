// Rules that drop or refuse packets, and count them: what packet_loss and packet_reject have in
// common when they are taken back and looked at.
#include <arpa/inet.h>
#include <sys/socket.h>

#include <chrono>
#include <regex>
#include <thread>

#include "agents/faults/driver.h"
#include "agents/faults/timed_rules.h"
#include "agents/system/descriptor.h"
#include "agents/system/nftables.h"

namespace chokepoint::agents {
namespace {

constexpr int kProbes = 200;
constexpr std::uint16_t kDiscardPort = 9;

// How many packets the rules of the table have touched.
std::uint64_t counted(const std::string& listing) {
  static const std::regex counter("counter packets ([0-9]+)");
  std::uint64_t sum = 0;
  for (std::sregex_iterator found(listing.begin(), listing.end(), counter), end; found != end;
       ++found) {
    sum += std::stoull((*found)[1]);
  }
  return sum;
}

}  // namespace

void send_probe(const std::string& interface, const std::string& peer) {
  const bool is_v6 = peer.find(':') != std::string::npos;
  const Descriptor socket(
      ::socket(is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  ::setsockopt(socket.number(), SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(),
               static_cast<socklen_t>(interface.size()));
  sockaddr_storage address{};
  socklen_t length = 0;
  if (is_v6) {
    auto& to = reinterpret_cast<sockaddr_in6&>(address);
    to.sin6_family = AF_INET6;
    to.sin6_port = htons(kDiscardPort);
    ::inet_pton(AF_INET6, peer.c_str(), &to.sin6_addr);
    length = sizeof to;
  } else {
    auto& to = reinterpret_cast<sockaddr_in&>(address);
    to.sin_family = AF_INET;
    to.sin_port = htons(kDiscardPort);
    ::inet_pton(AF_INET, peer.c_str(), &to.sin_addr);
    length = sizeof to;
  }
  ::sendto(socket.number(), "", 0, 0, reinterpret_cast<sockaddr*>(&address), length);
}

Status revert_table(const v1::DeleteTable& undo) {
  return delete_table(undo.family(), undo.table());
}

// That the rules stand there proves nothing: a packet sent against them must be counted. Incoming
// packets are the peers' to send, so for those the witness waits for one.
Seen look_at_table(const v1::DeleteTable& undo) {
  Nftables filter;
  auto listing = filter.list_table(undo.family(), undo.table());
  if (!listing) return Seen::unknown;
  if (!*listing) return Seen::baseline;
  if (!is_armed(**listing)) return Seen::unknown;  // it ended by itself, and was not cleared away
  const std::uint64_t before = counted(**listing);
  for (int probe = 0; probe < kProbes; ++probe) {
    if (undo.touches_outgoing()) send_probe(undo.interface(), undo.peer());
    if (!undo.touches_outgoing() || probe > 10)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    listing = filter.list_table(undo.family(), undo.table());
    if (!listing || !*listing) return Seen::unknown;
    if (counted(**listing) > before) return Seen::injected;
  }
  return Seen::unknown;
}

}  // namespace chokepoint::agents
