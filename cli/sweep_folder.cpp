#include "cli/sweep_folder.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/render/json.h"
#include "cli/unfinished_file.h"
#include "scenarios/loader/digest.h"
#include "scenarios/loader/sweep_points.h"
#include "scenarios/loader/text_file.h"

namespace chokepoint::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAbout = "sweep.json";

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return std::move(content).str();
}

// Maps in order of their keys, so that equal sweeps have equal folders.
std::string about(const v1::SweepFolder& what) {
  return nlohmann::json::parse(message_json(what)).dump(1) + "\n";
}

// Whether it is of this sweep, and says nothing of what there is not.
bool is_sound(const v1::SweepShard& shard, const v1::SweepFolder& what) {
  if (shard.digest() != what.digest() || shard.shard() >= count_shards(what.sweep())) return false;
  const std::uint64_t points = count_points(what.sweep());
  return std::all_of(shard.runs().begin(), shard.runs().end(), [&](const v1::SweepRun& run) {
    return run.point() < points && run.values_size() <= shard.measures_size() &&
           run.verdicts_size() <= shard.expectations_size();
  });
}

Status write_file(const fs::path& path, const std::string& content) {
  Result<UnfinishedFile> file = UnfinishedFile::create(path);
  if (!file) return file.error();
  if (Status written = file->write(content); !written) return written;
  return file->finish();
}

}  // namespace

Result<SweepFolder> SweepFolder::open(const fs::path& path, const v1::SweepFolder& what) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return system_error(error.value(), "create the folder", path);
  if (!fs::exists(path / kAbout)) {
    if (Status written = write_file(path / kAbout, about(what)); !written) {
      return written.error();
    }
    return SweepFolder(path, what);
  }
  Result<SweepFolder> there = read(path);
  if (!there) return there;
  if (there->what_.digest() != what.digest()) {
    return Error{.code = Code::conflict,
                 .message = fmt::format("{} holds results of another sweep, or of this one before "
                                        "it or its scenario was changed",
                                        path.string()),
                 .hint = "name another folder"};
  }
  if (there->what_.version() != what.version()) {
    return Error{.code = Code::conflict,
                 .message = fmt::format("{} holds results of version {}, and this is {}",
                                        path.string(), there->what_.version(), what.version()),
                 .hint = "name another folder: versions may predict differently"};
  }
  return there;
}

Result<SweepFolder> SweepFolder::read(const fs::path& path) {
  const Result<std::string> text = read_text_file(path / kAbout);
  if (!text) {
    return Error{.code = text.error().code,
                 .message = fmt::format("{} is no folder of a sweep: {}: {}", path.string(), kAbout,
                                        text.error().message),
                 .hint = "name what `chokepoint sweep run --out` wrote"};
  }
  v1::SweepFolder what;
  const auto parsed = google::protobuf::util::JsonStringToMessage(*text, &what);
  if (!parsed.ok() || digest_of(what.sweep(), what.scenario_text()) != what.digest()) {
    return Error{.message = fmt::format("{} is damaged", (path / kAbout).string()),
                 .hint = "name another folder, and run the sweep again"};
  }
  return SweepFolder(path, std::move(what));
}

fs::path SweepFolder::path_of(std::uint64_t shard) const {
  return path_ / fmt::format("shard-{:06}.pb", shard);
}

bool SweepFolder::has(std::uint64_t shard) const { return fs::exists(path_of(shard)); }

Status SweepFolder::write(const v1::SweepShard& shard) const {
  const fs::path path = path_of(shard.shard());
  const std::string bytes = shard.SerializeAsString();  // no maps: always in this order
  if (!fs::exists(path)) return write_file(path, bytes);
  if (content_of(path) == bytes) return Ok{};
  const fs::path beside = path.string() + ".differs";
  if (Status written = write_file(beside, bytes); !written) return written;
  return Error{
      .code = Code::conflict,
      .message = fmt::format("shard {} came out differently from {}", shard.shard(), path.string()),
      .hint = fmt::format("equal sweeps give equal bytes: a program or a machine is broken; "
                          "what is new stands in {}",
                          beside.filename().string())};
}

Result<std::vector<v1::SweepShard>> SweepFolder::shards() const {
  std::vector<v1::SweepShard> shards;
  std::error_code error;
  for (fs::directory_iterator entry(path_, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() != ".pb") continue;
    v1::SweepShard shard;
    const bool is_whole = shard.ParseFromString(content_of(entry->path())) &&
                          is_sound(shard, what_) &&
                          path_of(shard.shard()).filename() == entry->path().filename();
    if (!is_whole) {
      return Error{
          .message = fmt::format("{} is damaged, or of another sweep", entry->path().string()),
          .hint = "remove it, and run the sweep again: only what is missing is done"};
    }
    shards.push_back(std::move(shard));
  }
  if (error) return system_error(error.value(), "read the folder", path_);
  std::sort(shards.begin(), shards.end(),
            [](const v1::SweepShard& a, const v1::SweepShard& b) { return a.shard() < b.shard(); });
  return shards;
}

}  // namespace chokepoint::cli
