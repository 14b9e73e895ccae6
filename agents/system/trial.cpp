#include "agents/system/trial.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "agents/system/descriptor.h"

namespace chokepoint::agents {

std::string in_a_child(const std::function<std::string()>& trial) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return "cannot make a pipe";
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return "cannot start a process";
  if (child == 0) {
    const std::string why = trial();
    (void)!::write(writing.number(), why.data(), why.size());
    ::_exit(0);
  }
  writing.reset();
  std::string why;
  std::array<char, 512> piece{};
  ssize_t got = 0;
  while ((got = ::read(reading.number(), piece.data(), piece.size())) > 0) {
    why.append(piece.data(), static_cast<std::size_t>(got));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? why : "the trial died";
}

std::string in_own_network(const std::function<Status()>& trial) {
  return in_a_child([&]() -> std::string {
    if (::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
      return "cannot make a network namespace to try it in";
    }
    const Status tried = trial();
    return tried ? "" : tried.error().message;
  });
}

}  // namespace chokepoint::agents
