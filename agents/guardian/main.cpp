// Outlives an agent and takes its fault back. Started before the fault is; told every few seconds
// that the agent is alive. When the agent ends, or says nothing for as long as its lease, it ends
// the agent for good (one that only stood still must not go on injecting) and runs the agent's own
// program to revert.
//
// chokepoint-guardian LEASE_MS ID CONFIG: descriptor 10 is a pipe from the agent ('r' alive, 'd'
// done), 11 a pidfd of the agent, 12 the agent's program. Exit: 0 done or reverted, 4 not reverted.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <initializer_list>

namespace {

constexpr int kPipe = 10;
constexpr int kAgent = 11;
constexpr int kProgram = 12;
constexpr int kTries = 60;  // one a second
constexpr int kNotReverted = 4;

// Goes on while the machine sleeps.
std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

// True when the fault is over, false when it has to be taken back.
bool wait_for_the_end(std::int64_t lease_ms) {
  std::int64_t deadline = now_ms() + lease_ms;
  while (true) {
    const std::int64_t left = deadline - now_ms();
    if (left <= 0) return false;
    pollfd pipe{.fd = kPipe, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&pipe, 1, static_cast<int>(left));
    if (ready <= 0) continue;
    char said = 0;
    if (::read(kPipe, &said, 1) != 1) return false;  // the agent is gone
    if (said == 'd') return true;
    deadline = now_ms() + lease_ms;
  }
}

void end_agent() {
  ::syscall(SYS_pidfd_send_signal, kAgent, SIGKILL, nullptr, 0);
  pollfd agent{.fd = kAgent, .events = POLLIN, .revents = 0};
  constexpr int kPatienceMs = 5000;
  ::poll(&agent, 1, kPatienceMs);
}

bool revert(char* id, char* config) {
  const pid_t child = ::fork();
  if (child < 0) return false;
  if (child == 0) {
    char name[] = "chokepoint-agent";
    char verb[] = "revert";
    char id_flag[] = "--id";
    char config_flag[] = "--config";
    char* arguments[] = {name, verb, id_flag, id, config_flag, config, nullptr};
    ::fexecve(kProgram, arguments, environ);
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  ::setsid();
  for (const int ignored : {SIGHUP, SIGINT, SIGTERM, SIGPIPE}) ::signal(ignored, SIG_IGN);
  if (wait_for_the_end(std::atoll(argv[1]))) return 0;
  end_agent();
  for (int i = 0; i < kTries; ++i) {
    if (revert(argv[2], argv[3])) return 0;
    ::sleep(1);
  }
  return kNotReverted;
}
