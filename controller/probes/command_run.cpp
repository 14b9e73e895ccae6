#include "controller/probes/command_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace chokepoint::controller {
namespace {

constexpr int kDeathMs = 500;               // in which what is killed is gone, as a rule
constexpr std::size_t kLongestLine = 1024;  // bytes that are kept of one

std::string message_of(int error) { return std::generic_category().message(error); }

// What posix_spawn wants to know.
class Preparation {
 public:
  explicit Preparation(int output) {
    constexpr int kFirstOther = 3;
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, kFirstOther);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Preparation() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  Preparation(const Preparation&) = delete;
  Preparation& operator=(const Preparation&) = delete;

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// The last line that is not empty, of what comes in pieces.
class LastLine {
 public:
  void take(std::string_view piece) {
    for (const char c : piece) {
      if (c == '\n') {
        is_over_ = true;
      } else {
        if (is_over_) line_.clear();
        is_over_ = false;
        if (line_.size() < kLongestLine) line_.push_back(c);
      }
    }
  }
  const std::string& text() const { return line_; }

 private:
  std::string line_;
  bool is_over_ = false;
};

// What stands in the pipe now, but no more than a pipe holds: who writes without end must not keep
// us. False at its end.
bool drain(int pipe, LastLine& line) {
  std::array<char, 65536> piece{};
  ssize_t got = 0;
  do {
    got = ::read(pipe, piece.data(), piece.size());
  } while (got < 0 && errno == EINTR);
  if (got > 0) line.take({piece.data(), static_cast<std::size_t>(got)});
  return got != 0;
}

}  // namespace

CommandRun::~CommandRun() {
  Outcome ignored;
  if (process_ > 0) reap(kDeathMs, ignored);
}

bool CommandRun::start(Descriptor& output, Outcome& outcome) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    outcome.failure = fmt::format("cannot make a pipe: {}", message_of(errno));
    return false;
  }
  output = Descriptor(pipe[0]);
  const Descriptor written(pipe[1]);
  ::fcntl(output.number(), F_SETFL, O_NONBLOCK);
  std::vector<char*> words;
  for (std::string& word : words_) words.push_back(word.data());
  words.push_back(nullptr);
  const Preparation preparation(written.number());
  const int error = ::posix_spawn(&process_, words.front(), preparation.actions(),
                                  preparation.attributes(), words.data(), environ);
  if (error != 0) {
    process_ = -1;
    outcome.failure = fmt::format("cannot run {}: {}", words_.front(), message_of(error));
    return false;
  }
  handle_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, process_, 0)));
  if (!handle_.is_open()) {
    outcome.failure = fmt::format("cannot watch {}: {}", words_.front(), message_of(errno));
    ::kill(-process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
    return false;
  }
  return true;
}

// Kills the group while its leader, ended or not, still holds the group's number.
bool CommandRun::reap(int at_most_ms, Outcome& outcome) {
  ::kill(-process_, SIGKILL);
  pollfd ended{.fd = handle_.number(), .events = POLLIN, .revents = 0};
  if (::poll(&ended, 1, at_most_ms) <= 0) return false;
  int status = 0;
  if (::waitpid(process_, &status, WNOHANG) == process_) {
    if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);
  }
  process_ = -1;
  handle_.reset();
  return true;
}

CommandRun::Outcome CommandRun::run(const Deadline& deadline) {
  Outcome outcome;
  if (process_ > 0 && !reap(0, outcome)) {
    outcome.failure = "its last run cannot be ended";
    return outcome;
  }
  outcome = {};
  Descriptor output;
  if (!start(output, outcome)) return outcome;
  LastLine line;
  std::array<pollfd, 2> events{{{.fd = handle_.number(), .events = POLLIN, .revents = 0},
                                {.fd = output.number(), .events = POLLIN, .revents = 0}}};
  while (!outcome.has_ended && !deadline.is_over()) {
    const int ready = ::poll(events.data(), events.size(), deadline.left_ms());
    if (ready <= 0) continue;
    if (events[1].revents != 0 && !drain(output.number(), line)) {
      events[1].fd = -1;  // closed its outputs, and may go on
    }
    outcome.has_ended = events[0].revents != 0;
  }
  if (outcome.has_ended) drain(output.number(), line);
  reap(kDeathMs, outcome);
  outcome.last_line = line.text();
  return outcome;
}

}  // namespace chokepoint::controller
