#pragma once
// Queueing disciplines of an interface, over rtnetlink: what leaves it, and when.

#include <cstdint>
#include <optional>
#include <string>

#include "scenarios/base/result.h"

namespace chokepoint::agents {

// What stands at the root of the interface.
struct RootQueue {
  std::string kind;          // "noqueue", "fq_codel", "htb"
  std::uint32_t handle = 0;  // 0: the kernel's own choice, which comes back by itself
};
// Errors: not_found (no such interface), unavailable.
Result<RootQueue> root_queue(const std::string& interface);

// The priority that a packet must have (`meta priority` of nftables) to go through the one class
// under this root; all others pass as if there were none.
std::uint32_t shaped_priority(std::uint32_t handle);

// Puts a token bucket (HTB) at the root, with one class of this rate. Errors: conflict when
// somebody else has put something there, denied, unavailable where the kernel has none.
Status add_shaped_root(const std::string& interface, std::uint32_t handle, double bytes_per_s);

// Makes what goes through that class late. Errors: unavailable where the kernel has no netem.
Status add_netem(const std::string& interface, std::uint32_t handle, double delay, double jitter);

// Whether the kernel has both, tried on lo of this network namespace; leaves them there.
Status try_netem();
// Whether this kernel has it, tried once in a network namespace of its own. Thread rule: forks.
bool has_netem();

// How many packets have gone through that class; nothing when there is none.
std::optional<std::uint64_t> shaped_packets(const std::string& interface, std::uint32_t handle);

// No error when it is not there.
Status remove_root(const std::string& interface, std::uint32_t handle);

// A handle that nobody else will have given.
std::uint32_t new_handle();

}  // namespace chokepoint::agents
