#pragma once
// Another program of the agent's, which stands beside it: started, and waited for until it is
// ready.

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "scenarios/base/result.h"

namespace chokepoint::agents {

class Companion {
 public:
  // Returns once the program has written a byte to its descriptor 10. One that `dies_with_us` is
  // killed with this process, however it ends, and with this object; another lives on. Errors:
  // unavailable when it is not there or ends at once.
  static Result<Companion> start(const std::string& program,
                                 const std::vector<std::string>& arguments, bool dies_with_us);

  Companion(Companion&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), dies_with_us_(other.dies_with_us_) {}
  Companion& operator=(Companion&&) = delete;
  ~Companion();

  bool is_alive();

 private:
  Companion(pid_t pid, bool dies_with_us) : pid_(pid), dies_with_us_(dies_with_us) {}

  pid_t pid_;
  bool dies_with_us_;
};

}  // namespace chokepoint::agents
