#pragma once
// What faults on packets have in common: rules that match only the elements of two sets, and
// elements that die by themselves. When nobody renews them, no rule matches any more, whoever is
// dead.

#include <string>
#include <string_view>
#include <vector>

#include "agents/system/network.h"
#include "chokepoint/v1/agent.pb.h"
#include "chokepoint/v1/primitive_fault.pb.h"

namespace chokepoint::agents {

// Where packets are touched: an interface of the agent's configuration, and networks on the other
// side.
struct PacketTarget {
  v1::InterfaceTarget interface;
  std::vector<Network> peers;
};

// The interface with this name and the networks asked for, each within one that may be cut; all
// that may be cut when none is asked for. Errors: denied (not allowed, or no right to touch
// packets), invalid_input, not_found.
Result<PacketTarget> choose(const v1::AgentConfig& config, const std::string& name,
                            const google::protobuf::RepeatedPtrField<std::string>& asked);

// Seen from the host; both for DIRECTION_BOTH.
bool goes_in(v1::Direction direction);
bool goes_out(v1::Direction direction);
// "from 10.77.0.0/16 on eth0"
std::string text_of(v1::Direction direction, const PacketTarget& target);

// No error when there is no such table; `set` is one that it holds.
Status delete_table(std::string_view family, const std::string& table,
                    const std::string& set = "armed4");

// The sets armed4 and armed6, empty; to stand in a table.
std::string empty_sets();

// Fills them for `lease` seconds, in one transaction with emptying them: adding an element again
// renews nothing.
std::string arm(std::string_view family, const std::string& table,
                const std::vector<Network>& peers, double lease);

// Rules that let pass what no fault may touch; `side` is saddr or daddr, the other host's.
std::string accept_rules(const v1::InterfaceTarget& target, std::string_view side);

// "22, 53, ..."
std::string ports_left_alone(const v1::InterfaceTarget& target);

// Sends one empty datagram to the discard port of the peer, for a witness to see what becomes of
// it.
void send_probe(const std::string& interface, const std::string& peer);

// Whether an element is alive in the table, as printed.
bool is_armed(const std::string& listing);

}  // namespace chokepoint::agents
