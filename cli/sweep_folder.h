#pragma once
// Where the results of a sweep stand: sweep.json says of what, and each shard that is done is a
// file under its number. Nothing else is known of a sweep: whoever goes on with it, on whatever
// machine, looks here.

#include <cstdint>
#include <filesystem>
#include <vector>

#include "chokepoint/v1/sweep.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::cli {

class SweepFolder {
 public:
  // Makes the folder, or finds the one that is there. Errors: conflict (it holds results of another
  // sweep, scenario or version of the program; nothing is changed), unavailable (cannot be
  // written).
  static Result<SweepFolder> open(const std::filesystem::path& path, const v1::SweepFolder& what);

  // To look at. Errors: not_found, invalid_input (no sweep's folder).
  static Result<SweepFolder> read(const std::filesystem::path& path);

  const v1::SweepFolder& what() const { return what_; }

  bool has(std::uint64_t shard) const;

  // As a whole or not at all. The same bytes once more are no mistake; other bytes under the same
  // number are Code::conflict: equal sweeps give equal bytes, so a program or a machine is broken.
  // What was there stays, and what is new is kept beside it, ending in .differs.
  Status write(const v1::SweepShard& shard) const;

  // All that are there, in order. Errors: invalid_input (damaged, of another sweep).
  Result<std::vector<v1::SweepShard>> shards() const;

 private:
  SweepFolder(std::filesystem::path path, v1::SweepFolder what)
      : path_(std::move(path)), what_(std::move(what)) {}
  std::filesystem::path path_of(std::uint64_t shard) const;

  std::filesystem::path path_;
  v1::SweepFolder what_;
};

}  // namespace chokepoint::cli
