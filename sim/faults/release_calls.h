#pragma once
// The calls by which a fault takes from a vault. See Theft and CodeExploit in fault.proto.

#include <vector>

#include "chokepoint/v1/fault.pb.h"

namespace chokepoint::sim {

struct ReleaseCall {
  double after;   // seconds from the moment that the vault is open to the attacker
  double amount;  // US dollars; infinite for everything
};

// Single calls and those of the drain, in order of time. `assets` are those of the vault at that
// moment; a drain without an amount is for all of them.
std::vector<ReleaseCall> release_calls(
    const google::protobuf::RepeatedPtrField<v1::TheftCall>& single, const v1::Drain& drain,
    double assets);

}  // namespace chokepoint::sim
