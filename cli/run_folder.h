#pragma once
// The folder in which a run leaves its files. All of them appear, or none: each is written beside
// its place under another name, synced, and only when all are there are they renamed.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "chokepoint/v1/record.pb.h"
#include "chokepoint/v1/scenario.pb.h"
#include "cli/signals.h"
#include "scenarios/base/result.h"

namespace chokepoint::cli {

struct RunFile {
  std::string name;
  std::string content;
};

// record.json, series.csv, intervals.csv, events.jsonl and timeline.svg of a record.
std::vector<RunFile> files_of(const v1::RunRecord& record);

// A run of this scenario leaves at least this many bytes. Too little rather than too much.
std::uintmax_t least_bytes(const v1::Scenario& scenario);

class RunFolder {
 public:
  // Creates the folder, and what is missing above it, and proves with a probe file that `bytes` can
  // be written there. Errors: no permission (Code::denied), something else has that name
  // (conflict), a name that cannot be (invalid_input), a full disk, a file size limit or a broken
  // one (unavailable). On error nothing is left behind.
  static Result<RunFolder> open(const std::filesystem::path& path, std::uintmax_t bytes);

  RunFolder(RunFolder&&) = default;
  RunFolder& operator=(RunFolder&&) = delete;
  // Folders that open() created go again, unless write() filled them.
  ~RunFolder();

  // Writes the files, in place of older ones of the same names. Errors as for open; then the folder
  // is as it was before. Interrupts: all files or none.
  Status write(const std::vector<RunFile>& files);

 private:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}
  Status create();

  std::filesystem::path path_;
  std::vector<std::filesystem::path> created_;  // the uppermost first
  std::vector<std::unique_ptr<RemovedOnInterrupt>> removed_on_interrupt_;
};

}  // namespace chokepoint::cli
