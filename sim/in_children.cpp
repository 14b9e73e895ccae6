#include "sim/in_children.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>

namespace chokepoint::sim {
namespace {

// A child process, and the end of the pipe that its result comes through.
struct Child {
  pid_t process;
  int pipe;
};

Error failure(std::string what) { return {.code = Code::unavailable, .message = std::move(what)}; }

[[noreturn]] void be_child(const std::string& bytes, int pipe) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = write(pipe, bytes.data() + sent, bytes.size() - sent);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) _exit(1);
    sent += static_cast<std::size_t>(count);
  }
  _exit(0);  // no destructors: buffers and actors belong to the parent's state
}

Result<Child> start(const std::function<std::string(std::size_t)>& work, std::size_t index) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) {
    return failure(fmt::format("could not start: {}", std::strerror(errno)));
  }
  const pid_t process = fork();
  if (process == 0) {
    close(ends[0]);
    be_child(work(index), ends[1]);
  }
  close(ends[1]);
  if (process < 0) {
    close(ends[0]);
    return failure(fmt::format("could not start: {}", std::strerror(errno)));
  }
  return Child{.process = process, .pipe = ends[0]};
}

std::string read_all(int pipe) {
  std::string bytes;
  std::array<char, 1 << 16> buffer{};
  while (true) {
    const ssize_t count = read(pipe, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

int wait_for(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

Result<std::string> collect(const Child& child) {
  std::string bytes = read_all(child.pipe);
  close(child.pipe);
  const int status = wait_for(child.process);
  if (WIFSIGNALED(status)) {
    return failure(
        fmt::format("was ended by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status))));
  }
  if (WEXITSTATUS(status) != 0) {
    return failure(fmt::format("ended with status {}", WEXITSTATUS(status)));
  }
  return bytes;
}

}  // namespace

void in_children(std::size_t count, unsigned workers,
                 const std::function<std::string(std::size_t)>& work,
                 const std::function<bool(std::size_t, Result<std::string>)>& done) {
  std::deque<Result<Child>> running;
  std::size_t next = 0;
  bool goes_on = true;
  for (std::size_t index = 0; index < count && goes_on; ++index) {
    while (next < count && next < index + std::max(1U, workers)) {
      running.push_back(start(work, next++));
    }
    const Result<Child> child = running.front();
    running.pop_front();
    goes_on = done(index, child ? collect(*child) : Result<std::string>(child.error()));
  }
  for (const Result<Child>& child : running) {
    if (!child) continue;
    kill(child->process, SIGKILL);
    close(child->pipe);
    wait_for(child->process);
  }
}

}  // namespace chokepoint::sim
