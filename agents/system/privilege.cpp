#include "agents/system/privilege.h"

#include <linux/capability.h>

#include <cstdint>
#include <fstream>
#include <string>

namespace chokepoint::agents {

Status may_filter_packets() {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("CapEff:")) continue;
    const std::uint64_t effective = std::stoull(line.substr(line.find(':') + 1), nullptr, 16);
    if ((effective >> CAP_NET_ADMIN & 1U) != 0) return Ok{};
  }
  return Error{.code = Code::denied,
               .message = "packets can only be touched with CAP_NET_ADMIN",
               .hint = "run the agent as root, or give it that capability; nothing was touched"};
}

}  // namespace chokepoint::agents
