#include "controller/pki/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

namespace chokepoint::controller::pki {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kBetweenTries{20};
constexpr int kMostTries = 250;

Code code_of(int number) {
  switch (number) {
    case ENOENT:
      return Code::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return Code::denied;
    case EEXIST:
    case ENOTEMPTY:
    case ENOTDIR:
    case EISDIR:
    case EBUSY:
      return Code::conflict;
    case ENAMETOOLONG:
    case EINVAL:
      return Code::invalid_input;
    default:
      return Code::unavailable;
  }
}

std::string hint_for(int number) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
      return "free some space";
    case EFBIG:
      return "raise the limit on the size of files (ulimit -f)";
    default:
      return "";
  }
}

// 0, or what the system said.
int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

// A disk that is full may say so at the sync only. 0, or what the system said.
int fill(int file, std::string_view text, mode_t mode) {
  if (::fchmod(file, mode) != 0) return errno;
  if (const int failed = write_all(file, text); failed != 0) return failed;
  return ::fsync(file) == 0 ? 0 : errno;
}

}  // namespace

Error system_error(int number, std::string_view doing, const fs::path& path) {
  return {.code = code_of(number),
          .message = fmt::format("cannot {} '{}': {}", doing, path.string(), std::strerror(number)),
          .hint = hint_for(number)};
}

Status write_new(const fs::path& path, std::string_view text, mode_t mode) {
  constexpr mode_t kOnlyOurs = 0600;
  const int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kOnlyOurs);
  if (file < 0) return system_error(errno, "create", path);
  int failed = fill(file, text, mode);
  if (::close(file) != 0 && failed == 0) failed = errno;
  if (failed == 0) return Ok{};
  ::unlink(path.c_str());
  return system_error(failed, "write", path);
}

Status replace(const fs::path& path, std::string_view text, mode_t mode) {
  const fs::path place = aside(path);
  if (::unlink(place.c_str()) != 0 && errno != ENOENT) return system_error(errno, "remove", place);
  if (Status written = write_new(place, text, mode); !written) return written;
  if (Status taken = take_name(path); !taken) {
    ::unlink(place.c_str());
    return taken;
  }
  return sync_folder(path.parent_path());
}

fs::path aside(const fs::path& path) {
  return path.parent_path() / fmt::format(".{}.new", path.filename().string());
}

Status take_name(const fs::path& path) {
  if (::rename(aside(path).c_str(), path.c_str()) != 0) return system_error(errno, "write", path);
  return Ok{};
}

Status sync_folder(const fs::path& folder) {
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return system_error(errno, "open", folder);
  const int failed = ::fsync(opened) == 0 ? 0 : errno;
  ::close(opened);
  if (failed != 0) return system_error(failed, "write to disk", folder);
  return Ok{};
}

Result<FolderLock> FolderLock::take(const fs::path& folder) {
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return system_error(errno, "open", folder);
  FolderLock lock(opened);
  for (int tries = 0; ::flock(opened, LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (errno != EWOULDBLOCK) return system_error(errno, "lock", folder);
    if (tries == kMostTries) {
      return Error{.code = Code::conflict,
                   .message = fmt::format("another program is at work in '{}'", folder.string()),
                   .hint = "wait until it has ended"};
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace chokepoint::controller::pki
