#include "agents/system/echo.h"

#include <arpa/inet.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstring>

#include "agents/system/descriptor.h"

namespace chokepoint::agents {
namespace {

constexpr std::uint16_t kEchoes = 5;

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

}  // namespace

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

bool answers_late(const std::string& peer, double at_least) {
  for (std::uint16_t number = 0; number < kEchoes; ++number) {
    const std::optional<double> took = echo(peer, number, 1 + 4 * at_least);
    if (took) return *took >= at_least;
  }
  return false;
}

}  // namespace chokepoint::agents
