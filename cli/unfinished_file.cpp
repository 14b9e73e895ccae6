#include "cli/unfinished_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace chokepoint::cli {
namespace {

constexpr mode_t kMode = 0666;  // less what the umask takes away
constexpr int kMostAttempts = 100;

Code code_of(int number) {
  switch (number) {
    case EACCES:
    case EPERM:
    case EROFS:
      return Code::denied;
    case EEXIST:
    case ENOTDIR:
    case EISDIR:
      return Code::conflict;
    case ENAMETOOLONG:
    case EINVAL:
    case ENOENT:
      return Code::invalid_input;
    default:
      return Code::unavailable;
  }
}

std::string hint_for(int number) {
  switch (number) {
    case EACCES:
    case EPERM:
    case EROFS:
    case ENOENT:
    case EEXIST:
    case ENOTDIR:
      return "name another folder";
    case ENOSPC:
    case EDQUOT:
      return "free some space, or name a folder on another disk";
    case EFBIG:
      return "raise the limit on the size of files (ulimit -f)";
    default:
      return "";
  }
}

}  // namespace

Error system_error(int number, std::string_view doing, const std::filesystem::path& path) {
  return {.code = code_of(number),
          .message = fmt::format("cannot {} '{}': {}", doing, path.string(), std::strerror(number)),
          .hint = hint_for(number)};
}

Result<UnfinishedFile> UnfinishedFile::create(const std::filesystem::path& path) {
  const InterruptsHeld until_registered;
  int number = EEXIST;
  for (int attempt = 0; number == EEXIST && attempt < kMostAttempts; ++attempt) {
    const std::filesystem::path place =
        path.parent_path() / fmt::format(".{}.{}-{}", path.filename().string(), getpid(), attempt);
    const int descriptor = open(place.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
    if (descriptor >= 0) return UnfinishedFile(path, place, descriptor);
    number = errno;
  }
  return system_error(number, "write", path);
}

UnfinishedFile::UnfinishedFile(std::filesystem::path path, std::filesystem::path place,
                               int descriptor)
    : path_(std::move(path)),
      place_(std::move(place)),
      descriptor_(descriptor),
      removed_on_interrupt_(std::make_unique<RemovedOnInterrupt>(place_)) {}

UnfinishedFile::UnfinishedFile(UnfinishedFile&& other) noexcept
    : path_(std::move(other.path_)),
      place_(std::exchange(other.place_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)),
      removed_on_interrupt_(std::move(other.removed_on_interrupt_)) {}

UnfinishedFile::~UnfinishedFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!place_.empty()) unlink(place_.c_str());
}

Status UnfinishedFile::reserve(std::uintmax_t bytes) {
  const int number = posix_fallocate(descriptor_, 0, static_cast<off_t>(bytes));
  if (number != 0) return system_error(number, "write", path_);
  return Ok{};
}

Status UnfinishedFile::write(std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = ::write(descriptor_, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error(errno, "write", path_);
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  if (fsync(descriptor_) != 0 || close(std::exchange(descriptor_, -1)) != 0) {
    return system_error(errno, "write", path_);
  }
  return Ok{};
}

Status UnfinishedFile::finish() {
  if (rename(place_.c_str(), path_.c_str()) != 0) return system_error(errno, "write", path_);
  place_.clear();
  removed_on_interrupt_.reset();
  return Ok{};
}

}  // namespace chokepoint::cli
