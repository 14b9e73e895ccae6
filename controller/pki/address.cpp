#include "controller/pki/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "controller/identity/identity.h"

namespace chokepoint::controller::pki {
namespace {

constexpr std::size_t kLongestHost = 253;  // RFC 1035
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kIpv4Bytes = 4;
constexpr std::size_t kIpv6Bytes = 16;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
           return is_digit(c) || is_letter(c) || c == '-';
         });
}

bool is_host(std::string_view name) {
  if (name.size() > kLongestHost) return false;
  std::string_view label;
  for (std::size_t from = 0; from <= name.size();) {
    const std::size_t dot = std::min(name.find('.', from), name.size());
    label = name.substr(from, dot - from);
    if (!is_label(label)) return false;
    from = dot + 1;
  }
  // A number at the end is an IP address that is wrong.
  return !std::all_of(label.begin(), label.end(), is_digit);
}

}  // namespace

std::vector<unsigned char> ip_bytes_of(const std::string& address) {
  std::vector<unsigned char> bytes(kIpv6Bytes);
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return bytes;
  bytes.resize(kIpv4Bytes);
  if (::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return bytes;
  return {};
}

std::string wrong_with_address(const std::string& address) {
  if (!ip_bytes_of(address).empty() || is_host(address)) return {};
  const bool has_port = std::count(address.begin(), address.end(), ':') == 1;
  return fmt::format("'{}' is neither an IP address nor the name of a host{}", harmless(address),
                     has_port ? ": leave the port away" : "");
}

}  // namespace chokepoint::controller::pki
