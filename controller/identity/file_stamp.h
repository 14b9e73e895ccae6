#pragma once
// What changes when a file is written or replaced.

#include <sys/stat.h>

#include <string>

namespace chokepoint::controller {

struct FileStamp {
  ino_t inode = 0;
  off_t size = -1;  // there is no such file
  time_t seconds = 0;
  long nanoseconds = 0;
  bool operator==(const FileStamp&) const = default;

  static FileStamp of(const std::string& path) {
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0) return {};
    return {.inode = status.st_ino,
            .size = status.st_size,
            .seconds = status.st_mtim.tv_sec,
            .nanoseconds = status.st_mtim.tv_nsec};
  }
};

}  // namespace chokepoint::controller
