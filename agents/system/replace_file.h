#pragma once
// A file that takes the place of another by one exchange of names, and gives it back.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "scenarios/base/result.h"

namespace chokepoint::agents {

struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

// Of the file itself, links not followed. Errors: not_found, denied, invalid_input for what is no
// plain file.
Result<FileIdentity> identify(const std::filesystem::path& path);

Result<std::string> read_whole(const std::filesystem::path& path);

// Waits until the names in the folder are on disk.
Status sync_folder(const std::filesystem::path& folder);

// Writes `contents` to a new file with owner, mode and extended attributes of `like`, and waits for
// the disk. On error nothing is left. Errors: conflict when it exists, unavailable (disk full),
// denied.
Status write_like(const std::filesystem::path& path, std::string_view contents,
                  const std::filesystem::path& like);

// Both names change sides in one step; waits for the disk. On error nothing has changed. Errors:
// conflict for a file that something is mounted on, unavailable where the file system cannot do it.
Status exchange_names(const std::filesystem::path& one, const std::filesystem::path& other);

// Gives the file another name; waits for the disk. Whatever had the name is gone.
Status move_file(const std::filesystem::path& from, const std::filesystem::path& to);

// No error when it is not there.
Status remove_file(const std::filesystem::path& path);

}  // namespace chokepoint::agents
