#include "agents/system/delay_worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cmath>

#include "agents/system/descriptor.h"
#include "agents/system/process.h"
#include "agents/system/step.h"

namespace chokepoint::agents {
namespace {

constexpr std::uint16_t kFirstQueue = 20'000;  // below stand those that firewalls are given by hand
constexpr int kTries = 8;

// Gives the worker's pid once it has the queue, or -1.
pid_t start_with(std::uint16_t queue, double delay, double jitter) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return -1;
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  const std::string program = (own_program().parent_path() / "chokepoint-delay").string();
  const std::string number = std::to_string(queue);
  const std::string delay_us = std::to_string(std::lround(delay * 1e6));
  const std::string jitter_us = std::to_string(std::lround(jitter * 1e6));
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return -1;
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);  // it died before
    ::setpgid(0, 0);
    const int kept = ::fcntl(writing.number(), F_DUPFD_CLOEXEC, 20);
    ::dup2(kept, 10);
    ::execl(program.c_str(), "chokepoint-delay", number.c_str(), delay_us.c_str(),
            jitter_us.c_str(), nullptr);
    ::_exit(127);
  }
  writing.reset();
  char said = 0;
  if (::read(reading.number(), &said, 1) == 1) return child;
  ::waitpid(child, nullptr, 0);
  return -1;
}

}  // namespace

Result<DelayWorker> DelayWorker::start(double delay, double jitter) {
  step("delay: start");
  for (int i = 0; i < kTries; ++i) {
    std::uint16_t drawn = 0;
    (void)!::getrandom(&drawn, sizeof drawn, 0);
    const auto queue = static_cast<std::uint16_t>(kFirstQueue + drawn % kFirstQueue);
    const pid_t pid = start_with(queue, delay, jitter);
    if (pid < 0) continue;
    step("delay: started");
    return DelayWorker(pid, queue);
  }
  return Error{.code = Code::unavailable,
               .message = "chokepoint-delay gets no queue from the kernel",
               .hint = "it stands beside chokepoint-agent, and needs NFQUEUE and CAP_NET_ADMIN"};
}

DelayWorker::~DelayWorker() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool DelayWorker::is_alive() {
  if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

}  // namespace chokepoint::agents
