#include "agents/link/holder.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "agents/link/frame.h"
#include "agents/system/failure.h"

namespace chokepoint::agents {

// Nothing but calls that are safe in a child of many threads between fork and exec.
Result<Holder> Holder::start(const std::string& program, const std::string& config,
                             const v1::InjectOrder& order) {
  std::array<int, 2> to{};
  std::array<int, 2> from{};
  if (::pipe2(to.data(), O_CLOEXEC) != 0) return system_error("cannot make a pipe");
  const Descriptor child_reads(to[0]);
  Descriptor we_write(to[1]);
  if (::pipe2(from.data(), O_CLOEXEC) != 0) return system_error("cannot make a pipe");
  Descriptor we_read(from[0]);
  const Descriptor child_writes(from[1]);
  const std::array<const char*, 7> words = {
      "chokepoint-agent", "hold", "--id", order.id().c_str(), "--config", config.c_str(), nullptr};
  const pid_t child = ::fork();
  if (child < 0) return system_error("cannot start a process");
  if (child == 0) {
    ::setsid();  // a signal to the agent's group is not for the fault
    ::dup2(child_reads.number(), STDIN_FILENO);
    ::dup2(child_writes.number(), STDOUT_FILENO);
    ::execv(program.c_str(), const_cast<char**>(words.data()));
    ::_exit(127);
  }
  Holder holder(std::move(we_write), std::move(we_read), child);
  write_frame(holder.to_.number(), order);
  return holder;
}

Holder::~Holder() {
  to_.reset();
  from_.reset();
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

bool Holder::read(v1::OrderOutcome& outcome) { return read_frame(from_.number(), outcome); }

void Holder::renew() { (void)!::write(to_.number(), "r", 1); }

void Holder::end() { (void)!::write(to_.number(), "d", 1); }

}  // namespace chokepoint::agents
