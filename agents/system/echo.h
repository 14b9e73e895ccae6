#pragma once
// Echo requests (ICMP, RFC 792) to another host.

#include <cstdint>
#include <optional>
#include <string>

namespace chokepoint::agents {

// How long the peer takes to answer an echo request, seconds; nothing when it does not within
// `patience`. `number` tells one request from another.
std::optional<double> echo(const std::string& peer, std::uint16_t number, double patience);

// Whether the peer answers, and not before `at_least` seconds have passed. Asks a few times, since
// packets may be lost.
bool answers_late(const std::string& peer, double at_least);

}  // namespace chokepoint::agents
