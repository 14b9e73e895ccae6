#pragma once
// What faults on packets have in common: rules that match only the elements of two sets, and
// elements that die by themselves. When nobody renews them, no rule matches any more, whoever is
// dead.

#include <string>
#include <string_view>
#include <vector>

#include "agents/system/network.h"
#include "chokepoint/v1/agent.pb.h"

namespace chokepoint::agents {

// The networks asked for, each within one that may be cut; all that may be cut when none is asked
// for. Errors: denied, invalid_input.
Result<std::vector<Network>> chosen_peers(
    const v1::InterfaceTarget& target, const std::string& name,
    const google::protobuf::RepeatedPtrField<std::string>& asked);

// "10.77.0.0/16, fd77::/48"
std::string text_of(const std::vector<Network>& networks);

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

// Whether an element is alive in the table, as printed.
bool is_armed(const std::string& listing);

}  // namespace chokepoint::agents
