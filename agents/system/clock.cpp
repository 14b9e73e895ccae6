#include "agents/system/clock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <filesystem>

#include "agents/system/descriptor.h"
#include "agents/system/failure.h"
#include "agents/system/step.h"

namespace chokepoint::agents {
namespace {

constexpr double kDay = 86400;
constexpr double kHour = 3600;

// What /bin/date prints in this environment.
std::string date_with(const std::vector<std::string>& environment) {
  std::vector<char*> settings;
  settings.reserve(environment.size() + 1);
  for (const std::string& setting : environment) {
    settings.push_back(const_cast<char*>(setting.c_str()));
  }
  settings.push_back(nullptr);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return "";
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(writing.number(), 1);
    ::execle("/bin/date", "date", "+%s", nullptr, settings.data());
    ::_exit(127);
  }
  writing.reset();
  std::array<char, 32> told{};
  const ssize_t length = child < 0 ? 0 : ::read(reading.number(), told.data(), told.size());
  if (child > 0) ::waitpid(child, nullptr, 0);
  return {told.data(), static_cast<std::size_t>(length > 0 ? length : 0)};
}

}  // namespace

Result<std::string> find_clock_library() {
  // Of Debian and Ubuntu, Fedora, and where it puts itself. The one for programs with threads;
  // others are served by it too.
  for (const char* const folder :
       {"/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime",
        "/usr/lib64/faketime", "/usr/lib/faketime", "/usr/local/lib/faketime"}) {
    std::string path = std::string(folder) + "/libfaketimeMT.so.1";
    if (::access(path.c_str(), R_OK) == 0) return path;
  }
  return Error{.code = Code::not_found,
               .message = "libfaketime is not on this host",
               .hint = "the package 'libfaketime' brings it"};
}

std::vector<std::string> clock_settings(const std::string& library, const std::string& shared,
                                        double ahead) {
  std::vector<std::string> settings = {
      "LD_PRELOAD=" + library,
      fmt::format("FAKETIME={:+}", ahead),
      // Read once, at the start: later the program may have taken a language that writes 0,5.
      "FAKETIME_CACHE_DURATION=1000000000",
      "NO_FAKE_STAT=1",
      "FAKETIME_DONT_FAKE_MONOTONIC=1",
  };
  if (!shared.empty()) settings.push_back(fmt::format("FAKETIME_SHARED=/{0} /{0}", shared));
  return settings;
}

Status make_shared_clock(const std::string& name) {
  constexpr off_t kBytes = 4096;  // a page, of which it uses a part
  const std::string path = "/" + name;
  step("clock: share");
  // For programs that give their rights away before they start others, too.
  const mode_t before = ::umask(0);
  sem_t* const semaphore = ::sem_open(path.c_str(), O_CREAT | O_EXCL, 0666, 1U);
  const int why_no_semaphore = errno;
  const Descriptor memory(::shm_open(path.c_str(), O_CREAT | O_EXCL | O_RDWR, 0666));
  const int why_no_memory = errno;
  ::umask(before);
  if (semaphore == SEM_FAILED) {
    return system_error(fmt::format("cannot make the semaphore {}", path), why_no_semaphore);
  }
  ::sem_close(semaphore);
  if (!memory.is_open()) {
    return system_error(fmt::format("cannot make the shared memory {}", path), why_no_memory);
  }
  if (::ftruncate(memory.number(), kBytes) != 0) {
    return system_error(fmt::format("cannot make the shared memory {}", path));
  }
  step("clock: shared");
  return Ok{};
}

Status remove_shared_clock(const std::string& name) {
  const std::string path = "/" + name;
  step("clock: remove what is shared");
  if (::sem_unlink(path.c_str()) != 0 && errno != ENOENT) {
    return system_error(fmt::format("cannot remove the semaphore {}", path));
  }
  if (::shm_unlink(path.c_str()) != 0 && errno != ENOENT) {
    return system_error(fmt::format("cannot remove the shared memory {}", path));
  }
  step("clock: removed what is shared");
  return Ok{};
}

Status try_clock() {
  const Result<std::string> library = find_clock_library();
  if (!library) return library.error();
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const std::string told = date_with(clock_settings(*library, "", kDay));
  if (std::abs(std::strtod(told.c_str(), nullptr) - now - kDay) < kHour) return Ok{};
  return Error{.code = Code::unavailable,
               .message = fmt::format("a program started with {} tells the true time", *library),
               .hint = "is it made for this C library?"};
}

}  // namespace chokepoint::agents
