#include "agents/system/network.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

namespace chokepoint::agents {
namespace {

// Whether the bit, counted from the left, lies behind the prefix.
void clear_behind(std::array<unsigned char, 16>& address, int prefix) {
  for (int bit = prefix; bit < 128; ++bit) {
    address[static_cast<std::size_t>(bit / 8)] &= static_cast<unsigned char>(~(0x80U >> (bit % 8)));
  }
}

std::string text_of(const std::array<unsigned char, 16>& address, bool is_v6) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  ::inet_ntop(is_v6 ? AF_INET6 : AF_INET, address.data(), buffer.data(), buffer.size());
  return buffer.data();
}

// IPv4 addresses of hosts that are known to be there. Both tables are of this network namespace.
std::vector<Network> known_hosts() {
  std::vector<Network> hosts;
  std::string line;
  std::ifstream neighbours("/proc/net/arp");
  std::getline(neighbours, line);  // the headings
  while (std::getline(neighbours, line)) {
    std::istringstream fields(line);
    std::string address;
    std::string type;
    std::string flags;
    fields >> address >> type >> flags;
    constexpr unsigned long kComplete = 0x2;
    if ((std::strtoul(flags.c_str(), nullptr, 16) & kComplete) == 0) continue;
    if (const Result<Network> host = parse_network(address)) hosts.push_back(*host);
  }
  std::ifstream connections("/proc/net/tcp");
  std::getline(connections, line);
  while (std::getline(connections, line)) {
    std::istringstream fields(line);
    std::string number;
    std::string local;
    std::string remote;
    std::string state;
    fields >> number >> local >> remote >> state;
    if (state != "01") continue;  // established
    const auto address = static_cast<std::uint32_t>(std::strtoul(remote.c_str(), nullptr, 16));
    Network host{.is_v6 = false, .address = {}, .prefix = 32};
    std::memcpy(host.address.data(), &address, sizeof address);
    hosts.push_back(host);
  }
  return hosts;
}

}  // namespace

std::string likely_host(const std::vector<Network>& networks) {
  for (const Network& host : known_hosts()) {
    for (const Network& network : networks) {
      if (network.contains(host)) return text_of(host.address, false);
    }
  }
  return networks.front().some_host();
}

bool Network::contains(const Network& other) const {
  if (is_v6 != other.is_v6 || other.prefix < prefix) return false;
  std::array<unsigned char, 16> cut = other.address;
  clear_behind(cut, prefix);
  return cut == address;
}

std::string Network::text() const { return fmt::format("{}/{}", text_of(address, is_v6), prefix); }

std::string Network::some_host() const {
  std::array<unsigned char, 16> host = address;
  const int bits = is_v6 ? 128 : 32;
  if (prefix < bits - 1)
    ++host[static_cast<std::size_t>(bits / 8 - 1)];  // .0 is the network itself
  return text_of(host, is_v6);
}

Result<Network> parse_network(const std::string& text) {
  const Error wrong{.code = Code::invalid_input,
                    .message = fmt::format("'{}' is no network", text),
                    .hint = "for example 10.77.0.0/16"};
  const std::size_t slash = text.find('/');
  const std::string address = text.substr(0, slash);
  Network network;
  network.is_v6 = address.find(':') != std::string::npos;
  if (::inet_pton(network.is_v6 ? AF_INET6 : AF_INET, address.c_str(), network.address.data()) !=
      1) {
    return wrong;
  }
  const int bits = network.is_v6 ? 128 : 32;
  network.prefix = bits;
  if (slash != std::string::npos) {
    const char* const end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data() + slash + 1, end, network.prefix);
    if (failure != std::errc{} || stop != end || network.prefix < 0 || network.prefix > bits) {
      return wrong;
    }
  }
  clear_behind(network.address, network.prefix);
  return network;
}

}  // namespace chokepoint::agents
