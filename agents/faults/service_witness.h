#pragma once
// Sees for itself whether a proxy does what it was told: connects as a client would, to a service
// of its own behind the same rules, and looks at what comes back and when.

#include <cstdint>
#include <string>

#include "agents/faults/driver.h"
#include "agents/proxy/rule.h"

namespace chokepoint::agents {

// `control` is the proxy's control socket; clients speak to `address` and `port`. Injected when the
// rule is seen to work on this connection; unknown when it is not, or nobody answers. Takes as long
// as the rule makes one exchange take, and at most a few seconds more.
Seen witness_rule(const std::string& control, const proxy::Rule& rule, const std::string& address,
                  std::uint16_t port);

}  // namespace chokepoint::agents
