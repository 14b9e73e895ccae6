#include "cli/commands/new.h"

#include <fmt/format.h>

#include <filesystem>

#include "cli/fail.h"
#include "cli/unfinished_file.h"
#include "scenarios/loader/starter.h"

namespace chokepoint::cli {
namespace {

namespace fs = std::filesystem;

Status write_starter(const fs::path& path) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(path, error))) {
    return Error{.code = Code::conflict,
                 .message = fmt::format("'{}' exists already and was left as it is", path.string()),
                 .hint = "name a file that does not exist yet"};
  }
  Result<UnfinishedFile> file = UnfinishedFile::create(fs::absolute(path));
  if (!file) return file.error();
  if (Status written = file->write(starter_scenario()); !written) return written;
  return file->finish();
}

}  // namespace

Exit new_scenario(const NewArguments& arguments, const Io& io) {
  if (arguments.file.empty() || arguments.file == "-") {
    if (Status printed = print(io.out, starter_scenario()); !printed)
      return fail(io, printed.error());
    return Exit::held;
  }
  if (Status written = write_starter(arguments.file); !written) return fail(io, written.error());
  const std::string next =
      fmt::format("wrote {0}; next: chokepoint check {0}, chokepoint run {0}\n", arguments.file);
  if (Status printed = print(io.out, next); !printed) return fail(io, printed.error());
  return Exit::held;
}

}  // namespace chokepoint::cli
