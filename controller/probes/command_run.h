#pragma once
// One run of a program, in bounded time, with everything that it started.

#include <string>
#include <vector>

#include "controller/probes/deadline.h"
#include "controller/probes/descriptor.h"

namespace chokepoint::controller {

// What a run came to. A process that the kernel cannot end at once (one that waits for a broken
// disk) is kept in mind, and until it is gone no other run is started.
class CommandRun {
 public:
  // An absolute path and arguments. No shell, no search path.
  explicit CommandRun(std::vector<std::string> words) : words_(std::move(words)) {}
  CommandRun(const CommandRun&) = delete;
  CommandRun& operator=(const CommandRun&) = delete;
  ~CommandRun();

  struct Outcome {
    bool has_ended = false;  // by itself and in time
    int exit_code = -1;      // when it has
    int signal = 0;          // that ended it; 0 for none
    std::string last_line;   // of what it wrote to either output; may be empty
    std::string failure;     // why it did not start at all; else empty
  };

  // Standard input is empty, the environment ours, signals as in a new shell, the process group its
  // own. When the program ends, and at the deadline, the whole group is killed: what it left in the
  // background as well. A process that made itself another group is out of reach.
  Outcome run(const Deadline& deadline);

 private:
  bool start(Descriptor& output, Outcome& outcome);
  bool reap(int at_most_ms, Outcome& outcome);

  std::vector<std::string> words_;
  pid_t process_ = -1;  // not yet waited for; also its group
  Descriptor handle_;   // of process_: readable once it has ended
};

}  // namespace chokepoint::controller
