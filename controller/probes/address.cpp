#include "controller/probes/address.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "controller/probes/one_line.h"

namespace chokepoint::controller {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

Error wrong(std::string_view text, std::string_view why, std::string hint = "") {
  return {.code = Code::invalid_input,
          .message = fmt::format("'{}' {}", one_line(text), why),
          .hint = std::move(hint)};
}

// Names, IPv4 and, with `is_bracketed`, IPv6 with a zone.
bool is_host(std::string_view host, bool is_bracketed) {
  constexpr std::size_t kLongest = 253;
  const std::string_view others = is_bracketed ? ":.%-_" : ".-_";
  return !host.empty() && host.size() <= kLongest &&
         std::all_of(host.begin(), host.end(), [&](char c) {
           return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
         });
}

std::optional<Address> split(std::string_view text, std::string_view fallback_port) {
  const bool is_bracketed = text.starts_with('[');
  if (is_bracketed) text.remove_prefix(1);
  const std::size_t end = text.find(is_bracketed ? ']' : ':');
  if (is_bracketed && end == std::string_view::npos) return std::nullopt;
  Address address{.host = std::string(text.substr(0, end)), .port = std::string(fallback_port)};
  std::string_view rest = text.substr(std::min(end, text.size()));
  if (is_bracketed) rest.remove_prefix(1);
  if (!rest.empty() && rest.front() != ':') return std::nullopt;
  if (!rest.empty()) address.port = rest.substr(1);
  unsigned port = 0;
  const char* const port_end = address.port.data() + address.port.size();
  const auto read = std::from_chars(address.port.data(), port_end, port);
  constexpr unsigned kHighest = 65535;
  if (read.ec != std::errc() || read.ptr != port_end || port < 1 || port > kHighest) {
    return std::nullopt;
  }
  if (!is_host(address.host, is_bracketed)) return std::nullopt;
  return address;
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
  const auto address = split(text, "");
  if (!address)
    return wrong(text, "is no host and port", "write 10.77.1.11:5432 or [fd00::11]:5432");
  return *address;
}

Result<Url> parse_url(std::string_view text) {
  Url url;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    url.is_https = true;
  } else if (!rest.starts_with("http://")) {
    return wrong(text, "is no URL", "begin with http:// or https://");
  }
  rest.remove_prefix(url.is_https ? 8 : 7);
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; })) {
    return wrong(text, "has characters that a URL cannot have", "write %20 for a space");
  }
  rest = rest.substr(0, rest.find('#'));
  const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
  url.authority = rest.substr(0, path);
  if (url.authority.find('@') != std::string::npos) {
    return wrong(text, "has a user name in it", "a probe shows no password to anybody");
  }
  const auto address = split(url.authority, url.is_https ? "443" : "80");
  if (!address) return wrong(text, "has no host that one could connect to");
  url.address = *address;
  url.target = rest.substr(path);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  return url;
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (is_letter_or_digit(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      encoded.push_back(c);
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace chokepoint::controller
