#pragma once
// What signals do to the program. Interrupted (SIGINT, SIGTERM, SIGHUP), it removes what it has
// begun and not finished, says so, and ends with 128 + the signal: 130 for SIGINT. A broken
// invariant (SIGABRT) removes it, too.

#include <csignal>
#include <filesystem>
#include <string>

namespace chokepoint::cli {

// Call once, at the start. From then on a file that grows too large (SIGXFSZ) is an error of the
// write that made it so, and no longer the end of the program.
void handle_signals();

// While this lives, an interruption removes the file or the empty folder at `path`.
class RemovedOnInterrupt {
 public:
  explicit RemovedOnInterrupt(const std::filesystem::path& path);
  ~RemovedOnInterrupt();
  RemovedOnInterrupt(const RemovedOnInterrupt&) = delete;
  RemovedOnInterrupt& operator=(const RemovedOnInterrupt&) = delete;

 private:
  const std::string path_;
  std::size_t slot_;
};

// While this lives, interruptions wait: what stands between is done as a whole or not at all.
class InterruptsHeld {
 public:
  InterruptsHeld();
  ~InterruptsHeld();
  InterruptsHeld(const InterruptsHeld&) = delete;
  InterruptsHeld& operator=(const InterruptsHeld&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace chokepoint::cli
