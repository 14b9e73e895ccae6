#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "agents/faults/driver.h"
#include "agents/system/descriptor.h"
#include "agents/system/failure.h"
#include "agents/system/replace_file.h"
#include "agents/system/step.h"

namespace chokepoint::agents {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPermissions = 07777;

std::optional<mode_t> mode_of(const fs::path& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) return std::nullopt;
  return status.st_mode & kPermissions;
}

bool is_it(const v1::RestoreMode& undo) {
  const Result<FileIdentity> found = identify(undo.path());
  return found && found->device == undo.device() && found->inode == undo.inode();
}

Status set_mode(const v1::RestoreMode& undo, mode_t mode) {
  step("file: mode");
  // Opened by path only: its owner may have no permission to read it.
  const Descriptor file(::open(undo.path().c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status = {};
  if (!file.is_open() || ::fstat(file.number(), &status) != 0 || status.st_dev != undo.device() ||
      status.st_ino != undo.inode()) {
    return Error{.code = Code::conflict,
                 .message = fmt::format("{} was replaced by somebody meanwhile", undo.path())};
  }
  const std::string self = fmt::format("/proc/self/fd/{}", file.number());
  if (::chmod(self.c_str(), mode) != 0) {
    return system_error(fmt::format("cannot change the mode of {}", undo.path()));
  }
  step("file: mode set");
  return Ok{};
}

class FileDeniedDriver : public Driver {
 public:
  FileDeniedDriver(const v1::AgentConfig& config, const v1::FileDenied& fault)
      : config_(config), fault_(fault) {}

  Result<Prepared> prepare(const std::string& /*id*/) override {
    const auto target = allowed(config_.files(), fault_.file(), "file");
    if (!target) return target.error();
    std::error_code error;
    const fs::path path = fs::canonical(target->path(), error);
    if (error) {
      return Error{.code = Code::not_found,
                   .message = fmt::format("there is no file {}", target->path())};
    }
    const Result<FileIdentity> file = identify(path);
    if (!file) return file.error();
    const auto mode = mode_of(path);
    if (!mode || *mode == 0) {
      return Error{.code = Code::conflict,
                   .message = fmt::format("{} can be opened by nobody already", path.string())};
    }
    Prepared prepared;
    prepared.object = "file " + path.string();
    v1::RestoreMode& undo = *prepared.undo.mutable_restore_mode();
    undo.set_path(path.string());
    undo.set_device(file->device);
    undo.set_inode(file->inode);
    undo.set_mode(*mode);
    prepared.plan = {fmt::format("set the mode of {} to 000, which is {:03o}", undo.path(), *mode)};
    return prepared;
  }

  Status inject(const v1::Undo& undo, double /*lease*/) override {
    return set_mode(undo.restore_mode(), 0);
  }

 private:
  const v1::AgentConfig& config_;
  const v1::FileDenied& fault_;
};

}  // namespace

std::unique_ptr<Driver> make_file_denied(const v1::AgentConfig& config,
                                         const v1::FileDenied& fault) {
  return std::make_unique<FileDeniedDriver>(config, fault);
}

// Another file in its place has a mode of its own.
Status revert_mode(const v1::RestoreMode& undo) {
  return is_it(undo) ? set_mode(undo, undo.mode()) : Status(Ok{});
}

Seen look_at_mode(const v1::RestoreMode& undo) {
  const auto mode = mode_of(undo.path());
  if (!is_it(undo)) return Seen::baseline;
  if (!mode) return Seen::unknown;
  return *mode == undo.mode() ? Seen::baseline : *mode == 0 ? Seen::injected : Seen::unknown;
}

}  // namespace chokepoint::agents
