#pragma once
// What this host can do. Each kind of fault is tried on something that was made for it and is gone
// afterwards: a child process, a file in a folder of its own, an empty network namespace.

#include <string>
#include <vector>

namespace chokepoint::agents {

struct Capability {
  std::string fault;  // as in a fault's file: "packet_loss"
  bool works = false;
  std::string remark;  // what it would use, or why it cannot
};

// Leaves nothing behind. Thread rule: one thread; forks.
std::vector<Capability> preflight();

}  // namespace chokepoint::agents
