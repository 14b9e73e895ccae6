#pragma once
// A rule that hands packets to a queue. The kernel may have the rule of nftables for that, or only
// the older target NFQUEUE that nftables can carry; the library has words for the first alone.

#include <cstdint>
#include <string>

#include "scenarios/base/result.h"

namespace chokepoint::agents {

// Appends to the chain of a table of the family inet. Packets go on as if there were no rule when
// nobody takes the queue. Errors: denied; unavailable where the kernel has neither.
Status add_queue_rule(const std::string& table, const std::string& chain, std::uint16_t queue);

}  // namespace chokepoint::agents
