#pragma once
// Files that are there whole or not at all, whatever ends the program, and one program at a time.

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "scenarios/base/result.h"

namespace chokepoint::controller::pki {

// What the system said, as an error about a path: "cannot write 'x': disk full".
Error system_error(int number, std::string_view doing, const std::filesystem::path& path);

// Creates the file with exactly this mode, writes it, and waits for the disk. On error nothing is
// left. Errors: conflict when there is something of that name; denied; unavailable (disk full).
Status write_new(const std::filesystem::path& path, std::string_view text, mode_t mode);

// Puts the text in place of the file's, in one step, by way of aside(path). On error the file is as
// before.
Status replace(const std::filesystem::path& path, std::string_view text, mode_t mode);

// Where a file stands before it has its name: .NAME.new in the same folder.
std::filesystem::path aside(const std::filesystem::path& path);

// Gives the file at aside(path) its name.
Status take_name(const std::filesystem::path& path);

// Waits until the names in the folder are on disk.
Status sync_folder(const std::filesystem::path& folder);

// Keeps other programs that take the same lock out of a folder.
class FolderLock {
 public:
  // Waits for up to five seconds. Errors: not_found (no such folder), conflict (somebody has it),
  // denied, unavailable.
  static Result<FolderLock> take(const std::filesystem::path& folder);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace chokepoint::controller::pki
