#include "agents/system/companion.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "agents/system/descriptor.h"
#include "agents/system/failure.h"
#include "agents/system/process.h"
#include "agents/system/step.h"

namespace chokepoint::agents {
namespace {

constexpr int kReady = 10;

// In the child; does not come back.
void become(const std::string& path, std::vector<char*>& arguments, int ready, bool dies_with_us,
            pid_t parent) {
  if (dies_with_us) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);  // it died before
    ::setpgid(0, 0);
  } else {
    // Twice, so that it is nobody's child and nobody has to wait for it.
    ::setsid();
    if (::fork() != 0) ::_exit(0);
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int number : {0, 1, 2}) ::dup2(nothing, number);
  }
  const int kept = ::fcntl(ready, F_DUPFD_CLOEXEC, 20);
  ::dup2(kept, kReady);
  ::execv(path.c_str(), arguments.data());
  ::_exit(127);
}

}  // namespace

Result<Companion> Companion::start(const std::string& program,
                                   const std::vector<std::string>& arguments, bool dies_with_us) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("cannot make a pipe");
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  const std::string path = (own_program().parent_path() / program).string();
  std::vector<char*> words = {const_cast<char*>(program.c_str())};
  for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  step("companion: start");
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return system_error("cannot start a process");
  if (child == 0) become(path, words, writing.number(), dies_with_us, parent);
  writing.reset();
  if (!dies_with_us) ::waitpid(child, nullptr, 0);
  char said = 0;
  const bool is_ready = ::read(reading.number(), &said, 1) == 1;
  step("companion: started");
  if (is_ready) return Companion(dies_with_us ? child : -1, dies_with_us);
  if (dies_with_us) ::waitpid(child, nullptr, 0);
  return Error{.code = Code::unavailable,
               .message = fmt::format("{} does not start", program),
               .hint = fmt::format("it should stand at {}", path)};
}

Companion::~Companion() {
  if (!dies_with_us_ || pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Companion::is_alive() {
  if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

}  // namespace chokepoint::agents
