#pragma once
// The agent's end of the guardian (agents/guardian/main.cpp).

#include <sys/types.h>

#include <string>
#include <utility>

#include "agents/system/descriptor.h"
#include "scenarios/base/result.h"

namespace chokepoint::agents {

// Where the programs are, and what the guardian has to know.
struct GuardianOptions {
  std::string guardian;  // path of chokepoint-guardian
  std::string program;   // path of chokepoint-agent
  std::string config;    // absolute path of the agent's configuration
};

class Guardian {
 public:
  // Errors: unavailable when it cannot be started.
  static Result<Guardian> start(const GuardianOptions& options, const std::string& id,
                                double lease);

  Guardian(Guardian&& other) noexcept
      : pipe_(std::move(other.pipe_)), pid_(std::exchange(other.pid_, -1)) {}
  Guardian& operator=(Guardian&&) = delete;
  ~Guardian();

  // Says that the agent is alive. Errors: unavailable when the guardian is gone.
  Status renew();
  // Says that the fault is over, and waits for its end.
  void dismiss();

 private:
  Guardian(Descriptor pipe, pid_t pid) : pipe_(std::move(pipe)), pid_(pid) {}

  Descriptor pipe_;
  pid_t pid_;
};

}  // namespace chokepoint::agents
