#include "agents/local/guardian.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cmath>

#include "agents/system/failure.h"
#include "agents/system/step.h"

namespace chokepoint::agents {

Result<Guardian> Guardian::start(const GuardianOptions& options, const std::string& id,
                                 double lease) {
  std::array<int, 2> ends{};
  std::array<int, 2> failure{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("cannot make a pipe");
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  if (::pipe2(failure.data(), O_CLOEXEC) != 0) return system_error("cannot make a pipe");
  const Descriptor told(failure[0]);
  Descriptor telling(failure[1]);
  const Descriptor agent(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
  const Descriptor program(::open(options.program.c_str(), O_RDONLY | O_CLOEXEC));
  if (!agent.is_open() || !program.is_open()) {
    return system_error(fmt::format("cannot open {}", options.program));
  }
  const std::string lease_ms = std::to_string(std::lround(lease * 1000));
  step("guardian: start");
  const pid_t child = ::fork();
  if (child < 0) return system_error("cannot start a process");
  if (child == 0) {
    const int why_end = ::fcntl(telling.number(), F_DUPFD_CLOEXEC, 20);
    const std::array<int, 3> given = {::fcntl(reading.number(), F_DUPFD_CLOEXEC, 20),
                                      ::fcntl(agent.number(), F_DUPFD_CLOEXEC, 20),
                                      ::fcntl(program.number(), F_DUPFD_CLOEXEC, 20)};
    for (int i = 0; i < 3; ++i) ::dup2(given[static_cast<std::size_t>(i)], 10 + i);
    if (::chdir("/") != 0) ::_exit(127);
    ::execl(options.guardian.c_str(), "chokepoint-guardian", lease_ms.c_str(), id.c_str(),
            options.config.c_str(), nullptr);
    const int why = errno;
    (void)!::write(why_end, &why, sizeof why);
    ::_exit(127);
  }
  telling.reset();
  int why = 0;
  if (::read(told.number(), &why, sizeof why) == sizeof why) {
    ::waitpid(child, nullptr, 0);
    return system_error(fmt::format("cannot start {}", options.guardian), why);
  }
  step("guardian: started");
  return Guardian(std::move(writing), child);
}

Guardian::~Guardian() {
  // Without a word: whatever is still in place is taken back.
  pipe_.reset();
}

Status Guardian::renew() {
  if (::write(pipe_.number(), "r", 1) == 1) return Ok{};
  return system_error("the guardian is gone");
}

void Guardian::dismiss() {
  if (pid_ < 0) return;
  (void)!::write(pipe_.number(), "d", 1);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace chokepoint::agents
