// Takes away what others need: processor time, memory, room on a disk. Dies with the agent that
// started it, and the kernel takes everything back.
//
// chokepoint-load MARK cpu SHARE | memory BYTES [CGROUP_PROCS] | disk FOLDER LEAVE_FREE: appends
// who it is to the file MARK before it begins; descriptor 10 is a pipe on which one byte is written
// once it has what it shall have. Exit: 2 wrong use, 3 it cannot have it.
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace {

constexpr int kReady = 10;
constexpr std::int64_t kWindow = 10'000'000;  // nanoseconds, of which a share is burnt
constexpr std::uint64_t kPage = 4096;

void say_ready() {
  (void)!::write(kReady, "r", 1);
  ::close(kReady);
}

std::size_t read_text(const char* path, char* text, std::size_t size) {
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  const ssize_t got = file < 0 ? -1 : ::read(file, text, size - 1);
  if (file >= 0) ::close(file);
  const auto length = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
  text[length] = '\0';
  return length;
}

// "pid start boot": the number alone may be given away.
bool write_mark(const char* path) {
  char stat[1024];
  char boot[64];
  read_text("/proc/self/stat", stat, sizeof stat);
  read_text("/proc/sys/kernel/random/boot_id", boot, sizeof boot);
  const char* field = std::strrchr(stat, ')');
  if (field == nullptr) return false;
  constexpr int kToStart = 20;  // fields from the name, which is the second, to the start
  for (int i = 0; i < kToStart && field != nullptr; ++i) field = std::strchr(field + 1, ' ');
  if (field == nullptr) return false;
  char line[256];
  const int length = ::snprintf(line, sizeof line, "%d %llu %.36s\n", ::getpid(),
                                std::strtoull(field, nullptr, 10), boot);
  const int file = ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const bool is_written =
      file >= 0 && ::write(file, line, static_cast<std::size_t>(length)) == length;
  if (file >= 0) ::close(file);
  return is_written;
}

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

int burn(double share) {
  say_ready();
  const auto busy = static_cast<std::int64_t>(share * kWindow);
  while (true) {
    const std::int64_t begun = now_ns();
    while (now_ns() - begun < busy) {
    }
    const std::int64_t rest = kWindow - (now_ns() - begun);
    if (busy >= kWindow || rest <= 0) continue;
    const timespec pause{.tv_sec = 0, .tv_nsec = rest};
    ::nanosleep(&pause, nullptr);
  }
}

int hold_memory(std::uint64_t bytes, const char* group) {
  if (group != nullptr) {
    const int file = ::open(group, O_WRONLY | O_CLOEXEC);
    if (file < 0 || ::write(file, "0", 1) != 1) return 3;  // 0: whoever writes
    ::close(file);
  }
  auto* const memory = static_cast<unsigned char*>(::mmap(
      nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  if (memory == MAP_FAILED) return 3;
  bool is_said = false;
  for (unsigned char round = 1;; ++round) {
    // Different in each page, so that no two are merged.
    for (std::uint64_t at = 0; at < bytes; at += kPage) {
      std::memcpy(memory + at, &at, std::min<std::uint64_t>(sizeof at, bytes - at));
      memory[at] = round;
    }
    if (!is_said) say_ready();
    is_said = true;
    ::sleep(1);
  }
}

int fill_disk(const char* folder, std::uint64_t leave) {
  const int file = ::open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) return 3;
  std::uint64_t size = 0;
  bool is_said = false;
  while (true) {  // what others free meanwhile is taken, too
    struct statvfs system = {};
    if (::fstatvfs(file, &system) != 0) return 3;
    const std::uint64_t left = system.f_bavail * system.f_frsize;
    if (left > leave) {
      const std::uint64_t more = left - leave;
      if (::fallocate(file, 0, static_cast<off_t>(size), static_cast<off_t>(more)) != 0 &&
          !is_said) {
        return 3;
      }
      size += more;
    } else if (left < leave && size > leave - left) {
      size -= leave - left;
      if (::ftruncate(file, static_cast<off_t>(size)) != 0) return 3;
    }
    if (!is_said) say_ready();
    is_said = true;
    ::sleep(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const std::string_view what = argv[2];
  if (!write_mark(argv[1])) return 3;
  if (what == "cpu") return burn(std::atof(argv[3]));
  if (what == "memory") {
    return hold_memory(std::strtoull(argv[3], nullptr, 10), argc > 4 ? argv[4] : nullptr);
  }
  if (what == "disk" && argc > 4) return fill_disk(argv[3], std::strtoull(argv[4], nullptr, 10));
  return 2;
}
