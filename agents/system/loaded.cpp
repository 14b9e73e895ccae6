#include "agents/system/loaded.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "agents/system/failure.h"
#include "agents/system/process.h"

namespace chokepoint::agents {
namespace {

bool contains(const std::string& path, std::string_view sought) {
  constexpr std::size_t kPiece = 1U << 16U;
  std::ifstream file(path, std::ios::binary);
  std::string window;
  std::string piece(kPiece, '\0');
  while (file.read(piece.data(), kPiece) || file.gcount() > 0) {
    window.append(piece, 0, static_cast<std::size_t>(file.gcount()));
    if (window.find(sought) != std::string::npos) return true;
    window.erase(0, window.size() - std::min(window.size(), sought.size() - 1));
  }
  return false;
}

}  // namespace

Result<std::vector<std::string>> files_loaded_by(const v1::ProcessIdentity& process) {
  constexpr std::string_view kRemoved = " (deleted)";
  const std::string path = fmt::format("/proc/{}/maps", process.pid());
  errno = 0;
  std::ifstream maps(path);
  std::vector<std::string> files;
  for (std::string line; std::getline(maps, line);) {
    const std::size_t begin = line.find('/');
    if (begin == std::string::npos) continue;
    std::string file = line.substr(begin);
    if (file.ends_with(kRemoved)) file.resize(file.size() - kRemoved.size());
    if (files.empty() || files.back() != file) files.push_back(std::move(file));
  }
  if (files.empty()) {  // every program has itself loaded
    return system_error(fmt::format("cannot see what process {} has loaded", process.pid()));
  }
  return files;
}

Result<bool> has_loaded(const v1::ProcessIdentity& process, const std::string& file) {
  const auto files = files_loaded_by(process);
  if (!files) return files.error();
  return std::find(files->begin(), files->end(), file) != files->end();
}

std::vector<v1::ProcessIdentity> processes_with(const std::string& file) {
  std::vector<v1::ProcessIdentity> found;
  for (const v1::ProcessIdentity& process : all_processes()) {
    const Result<bool> has = has_loaded(process, file);
    if ((has && *has) || environment_of(process, "LD_PRELOAD") == file) found.push_back(process);
  }
  return found;
}

std::optional<std::string> environment_of(const v1::ProcessIdentity& process,
                                          const std::string& name) {
  std::ifstream environment(fmt::format("/proc/{}/environ", process.pid()));
  for (std::string setting; std::getline(environment, setting, '\0');) {
    if (setting.starts_with(name + "=")) return setting.substr(name.size() + 1);
  }
  return std::nullopt;
}

Result<bool> asks_the_c_library(const v1::ProcessIdentity& process, const std::string& program) {
  // What every program in Go carries, and `go version` looks for.
  constexpr std::string_view kGo = "\xff Go buildinf:";
  const auto files = files_loaded_by(process);
  if (!files) return files.error();
  const bool has_library = std::any_of(files->begin(), files->end(), [](const std::string& file) {
    const std::string name = std::filesystem::path(file).filename();
    return name.starts_with("libc.so") || name.starts_with("libc-");
  });
  return has_library && !contains(program, kGo);
}

}  // namespace chokepoint::agents
