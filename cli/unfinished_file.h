#pragma once
// A file that does not stand under its own name yet.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "cli/signals.h"
#include "scenarios/base/result.h"

namespace chokepoint::cli {

// An error of the operating system about a path, as `doing` it failed: "cannot write 'x': disk
// full".
Error system_error(int number, std::string_view doing, const std::filesystem::path& path);

// Removed when this goes, unless it was finished.
class UnfinishedFile {
 public:
  // Creates an empty file with a name of its own in the folder of `path`.
  static Result<UnfinishedFile> create(const std::filesystem::path& path);

  UnfinishedFile(UnfinishedFile&& other) noexcept;
  UnfinishedFile& operator=(UnfinishedFile&&) = delete;
  ~UnfinishedFile();

  // Makes sure that there is room for this many bytes.
  Status reserve(std::uintmax_t bytes);
  // Writes all of `content` and waits until the disk has it.
  Status write(std::string_view content);
  // Gives it its name, in place of any file there. Does not fail once another file was finished in
  // the same folder, short of a broken disk.
  Status finish();

 private:
  UnfinishedFile(std::filesystem::path path, std::filesystem::path place, int descriptor);

  std::filesystem::path path_;   // the name that it will have
  std::filesystem::path place_;  // the name that it has; empty once it is finished or moved from
  int descriptor_;
  std::unique_ptr<RemovedOnInterrupt> removed_on_interrupt_;
};

}  // namespace chokepoint::cli
