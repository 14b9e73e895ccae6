#pragma once
// A folder of a test's own, gone with the test.

#include <filesystem>
#include <string>
#include <vector>

namespace chokepoint::cli::testing {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// Names of everything in a folder, hidden files too, sorted.
std::vector<std::string> names_in(const std::filesystem::path& folder);

std::string content_of(const std::filesystem::path& file);

void write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace chokepoint::cli::testing
