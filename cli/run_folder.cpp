#include "cli/run_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>

#include "cli/render/csv.h"
#include "cli/render/json.h"
#include "cli/render/svg.h"
#include "cli/unfinished_file.h"

namespace chokepoint::cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFolderMode = 0755;

// Renames last only once the folder itself is on the disk.
void sync_folder(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

// A rename over something that is no file would fail half-way.
Status check_place(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (!fs::exists(status) || fs::is_regular_file(status) || fs::is_symlink(status)) return Ok{};
  return system_error(EEXIST, "write", path);
}

}  // namespace

std::vector<RunFile> files_of(const v1::RunRecord& record) {
  return {{"record.json", record_json(record)},
          {"series.csv", series_csv(record)},
          {"intervals.csv", intervals_csv(record)},
          {"events.jsonl", events_jsonl(record)},
          {"timeline.svg", svg(record)}};
}

std::uintmax_t least_bytes(const v1::Scenario& scenario) {
  constexpr double kShortestRow = 20;
  constexpr double kShortestFiles = 4096;
  const double samples = std::floor(scenario.horizon() / scenario.traffic().sample());
  const double columns = scenario.capabilities_size() + scenario.components_size();
  return static_cast<std::uintmax_t>(kShortestFiles + kShortestRow * samples * columns);
}

Result<RunFolder> RunFolder::open(const fs::path& path, std::uintmax_t bytes) {
  RunFolder folder(fs::absolute(path).lexically_normal());
  if (Status created = folder.create(); !created) return created.error();

  Result<UnfinishedFile> probe = UnfinishedFile::create(folder.path_ / "record.json");
  if (!probe) return probe.error();
  if (Status reserved = probe->reserve(bytes); !reserved) return reserved.error();
  return folder;
}

Status RunFolder::create() {
  fs::path so_far;
  for (const fs::path& part : path_) {
    so_far /= part;
    if (part.empty()) continue;
    const InterruptsHeld until_registered;
    if (mkdir(so_far.c_str(), kFolderMode) == 0) {
      created_.push_back(so_far);
      removed_on_interrupt_.push_back(std::make_unique<RemovedOnInterrupt>(so_far));
    } else if (const int number = errno; !fs::is_directory(so_far)) {
      return system_error(number, "create the folder", path_);
    }
  }
  return Ok{};
}

RunFolder::~RunFolder() {
  for (auto path = created_.rbegin(); path != created_.rend(); ++path) rmdir(path->c_str());
}

Status RunFolder::write(const std::vector<RunFile>& files) {
  std::vector<UnfinishedFile> unfinished;
  for (const RunFile& file : files) {
    if (Status free = check_place(path_ / file.name); !free) return free;
    Result<UnfinishedFile> next = UnfinishedFile::create(path_ / file.name);
    if (!next) return next.error();
    unfinished.push_back(*std::move(next));
    if (Status written = unfinished.back().write(file.content); !written) return written;
  }

  const InterruptsHeld until_all_are_there;
  for (UnfinishedFile& file : unfinished) {
    if (Status finished = file.finish(); !finished) return finished;
  }
  sync_folder(path_);
  created_.clear();
  removed_on_interrupt_.clear();
  return Ok{};
}

}  // namespace chokepoint::cli
