#pragma once
// The agent's end of a process that holds one fault (hold.h).

#include <sys/types.h>

#include <string>
#include <utility>

#include "agents/system/descriptor.h"
#include "chokepoint/v1/agent_link.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::agents {

class Holder {
 public:
  // Errors: unavailable when no process can be started.
  static Result<Holder> start(const std::string& program, const std::string& config,
                              const v1::InjectOrder& order);

  Holder(Holder&& other) noexcept
      : to_(std::move(other.to_)),
        from_(std::move(other.from_)),
        pid_(std::exchange(other.pid_, -1)) {}
  Holder& operator=(Holder&&) = delete;
  // Without a word: the process reverts.
  ~Holder();

  // Readable when an outcome has come.
  int from() const { return from_.number(); }
  // False when the process is gone without another one.
  bool read(v1::OrderOutcome& outcome);
  void renew();
  void end();

 private:
  Holder(Descriptor to, Descriptor from, pid_t pid)
      : to_(std::move(to)), from_(std::move(from)), pid_(pid) {}

  Descriptor to_;
  Descriptor from_;
  pid_t pid_;
};

}  // namespace chokepoint::agents
