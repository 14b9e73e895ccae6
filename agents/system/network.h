#pragma once
// Networks as people write them: 10.77.0.0/16, fd77::/48, a single address.

#include <array>
#include <string>
#include <vector>

#include "scenarios/base/result.h"

namespace chokepoint::agents {

struct Network {
  bool is_v6 = false;
  std::array<unsigned char, 16>
      address{};  // the first 4 bytes for IPv4; bits behind the prefix are 0
  int prefix = 0;

  bool contains(const Network& other) const;
  std::string text() const;
  // The first address of it that a host may have.
  std::string some_host() const;
};

// An address within one of the networks, for a witness to speak to: of a host that this one was
// heard to speak with (its neighbours, the other ends of its connections), otherwise the first of
// the first network.
std::string likely_host(const std::vector<Network>& networks);

// Errors: invalid_input.
Result<Network> parse_network(const std::string& text);

}  // namespace chokepoint::agents
