#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <string>

#include "sim/run.h"

namespace chokepoint::sim {
namespace {

// A child process, and the end of the pipe that its record comes through.
struct Child {
  std::size_t job;
  pid_t process;
  int pipe;
};

Error failure(const Job& job, const std::string& what) {
  return {.code = Code::unavailable,
          .message = fmt::format("the run of '{}' with seed {} {}", job.scenario.scenario(),
                                 job.options.seed, what),
          .hint = "run this seed alone to see what it printed"};
}

[[noreturn]] void be_child(const Job& job, int pipe) {
  RunOptions options = job.options;
  options.progress = nullptr;
  const std::string bytes = run(job.scenario, options).SerializeAsString();
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = write(pipe, bytes.data() + sent, bytes.size() - sent);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) _exit(1);
    sent += static_cast<std::size_t>(count);
  }
  _exit(0);  // no destructors: buffers and actors belong to the parent's state
}

Result<Child> start(const std::vector<Job>& jobs, std::size_t index) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) {
    return failure(jobs[index], fmt::format("could not start: {}", std::strerror(errno)));
  }
  const pid_t process = fork();
  if (process == 0) {
    close(ends[0]);
    be_child(jobs[index], ends[1]);
  }
  close(ends[1]);
  if (process < 0) {
    close(ends[0]);
    return failure(jobs[index], fmt::format("could not start: {}", std::strerror(errno)));
  }
  return Child{.job = index, .process = process, .pipe = ends[0]};
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

Result<v1::RunRecord> collect(const std::vector<Job>& jobs, const Child& child) {
  const std::string bytes = read_all(child.pipe);
  close(child.pipe);
  int status = 0;
  while (waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) {
    return failure(jobs[child.job], fmt::format("was ended by signal {} ({})", WTERMSIG(status),
                                                strsignal(WTERMSIG(status))));
  }
  if (WEXITSTATUS(status) != 0) {
    return failure(jobs[child.job], fmt::format("ended with status {}", WEXITSTATUS(status)));
  }
  v1::RunRecord record;
  if (!record.ParseFromString(bytes)) return failure(jobs[child.job], "left no readable record");
  return record;
}

}  // namespace

std::vector<Result<v1::RunRecord>> run_forked(const std::vector<Job>& jobs, unsigned workers) {
  std::vector<Result<v1::RunRecord>> records;
  std::map<std::size_t, Result<Child>> running;
  std::size_t next = 0;
  for (std::size_t done = 0; done < jobs.size(); ++done) {
    while (next < jobs.size() && next < done + std::max(1U, workers)) {
      running.emplace(next, start(jobs, next));
      ++next;
    }
    const Result<Child> child = running.at(done);
    running.erase(done);
    if (child) {
      records.push_back(collect(jobs, *child));
    } else {
      records.push_back(child.error());
    }
  }
  return records;
}

}  // namespace chokepoint::sim
