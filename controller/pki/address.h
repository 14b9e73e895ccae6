#pragma once
// Under which addresses a controller is called.

#include <string>
#include <string_view>
#include <vector>

namespace chokepoint::controller::pki {

// The bytes of an IPv4 or IPv6 address in network order; empty for anything else.
std::vector<unsigned char> ip_bytes_of(const std::string& address);

// Why `address` is neither an IP address nor the name of a host; empty when it is one.
std::string wrong_with_address(const std::string& address);

}  // namespace chokepoint::controller::pki
