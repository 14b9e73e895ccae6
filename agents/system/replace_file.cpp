#include "agents/system/replace_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "agents/system/descriptor.h"
#include "agents/system/failure.h"
#include "agents/system/step.h"

namespace chokepoint::agents {
namespace {

namespace fs = std::filesystem;

Status write_all(int file, std::string_view contents, const fs::path& path) {
  while (!contents.empty()) {
    const ssize_t written = ::write(file, contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return system_error(fmt::format("cannot write {}", path.string()));
    contents.remove_prefix(static_cast<std::size_t>(written));
  }
  return Ok{};
}

// Access lists and security labels are extended attributes.
Status copy_attributes(int from, int to, const fs::path& path) {
  const ssize_t length = ::flistxattr(from, nullptr, 0);
  if (length <= 0) return Ok{};  // none, or a file system without
  std::string names(static_cast<std::size_t>(length), '\0');
  const ssize_t have = ::flistxattr(from, names.data(), names.size());
  for (std::size_t at = 0; have > 0 && at < static_cast<std::size_t>(have);) {
    const char* name = names.c_str() + at;
    at += std::strlen(name) + 1;
    const ssize_t size = ::fgetxattr(from, name, nullptr, 0);
    if (size < 0) continue;
    std::string value(static_cast<std::size_t>(size), '\0');
    if (::fgetxattr(from, name, value.data(), value.size()) != size ||
        ::fsetxattr(to, name, value.data(), value.size(), 0) != 0) {
      return system_error(fmt::format("cannot copy the attribute {} to {}", name, path.string()));
    }
  }
  return Ok{};
}

Status fill_like(int file, const fs::path& path, std::string_view contents, const fs::path& like) {
  const Descriptor model(::open(like.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status = {};
  if (!model.is_open() || ::fstat(model.number(), &status) != 0) {
    return system_error(fmt::format("cannot read {}", like.string()));
  }
  if (Status written = write_all(file, contents, path); !written) return written;
  if (::fchown(file, status.st_uid, status.st_gid) != 0 ||
      ::fchmod(file, status.st_mode & 07777U) != 0) {
    return system_error(
        fmt::format("cannot give {} the owner of {}", path.string(), like.string()));
  }
  if (Status copied = copy_attributes(model.number(), file, path); !copied) return copied;
  if (::fsync(file) != 0) {
    return system_error(fmt::format("cannot write {} to disk", path.string()));
  }
  return Ok{};
}

}  // namespace

Status sync_folder(const fs::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open() || ::fsync(opened.number()) != 0) {
    return system_error(fmt::format("cannot write {} to disk", folder.string()));
  }
  return Ok{};
}

Result<FileIdentity> identify(const fs::path& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return Error{.code = Code::not_found,
                   .message = fmt::format("there is no file {}", path.string())};
    }
    return system_error(fmt::format("cannot look at {}", path.string()));
  }
  if (!S_ISREG(status.st_mode)) {
    return Error{.code = Code::invalid_input,
                 .message = fmt::format("{} is no plain file", path.string())};
  }
  return FileIdentity{.device = status.st_dev, .inode = status.st_ino};
}

Result<std::string> read_whole(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return system_error(fmt::format("cannot read {}", path.string()));
  std::string text;
  std::string piece(1U << 16U, '\0');
  while (true) {
    const ssize_t got = ::read(file.number(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(fmt::format("cannot read {}", path.string()));
    if (got == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
}

Status write_like(const fs::path& path, std::string_view contents, const fs::path& like) {
  step("file: create");
  const Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) {
    if (errno == EEXIST) {
      return Error{.code = Code::conflict,
                   .message = fmt::format("{} exists already", path.string())};
    }
    return system_error(fmt::format("cannot create {}", path.string()));
  }
  step("file: created");
  if (Status filled = fill_like(file.number(), path, contents, like); !filled) {
    ::unlink(path.c_str());
    return filled;
  }
  step("file: filled");
  return sync_folder(path.parent_path());
}

Status exchange_names(const fs::path& one, const fs::path& other) {
  step("file: exchange");
  if (::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) != 0) {
    if (errno == EBUSY) {
      return Error{.code = Code::conflict,
                   .message = fmt::format("{} is mounted as a file of its own", other.string()),
                   .hint = "it can only be replaced where it comes from"};
    }
    return system_error(fmt::format("cannot exchange {} and {}", one.string(), other.string()));
  }
  step("file: exchanged");
  return sync_folder(other.parent_path());
}

Status move_file(const fs::path& from, const fs::path& to) {
  step("file: move");
  if (::rename(from.c_str(), to.c_str()) != 0) {
    return system_error(fmt::format("cannot move {} to {}", from.string(), to.string()));
  }
  step("file: moved");
  return sync_folder(to.parent_path());
}

Status remove_file(const fs::path& path) {
  step("file: remove");
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return system_error(fmt::format("cannot remove {}", path.string()));
  }
  step("file: removed");
  return sync_folder(path.parent_path());
}

}  // namespace chokepoint::agents
