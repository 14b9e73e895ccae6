// Every golden/NAME.yaml is loaded, and what the loader says is compared whole with NAME.txt beside
// it. Comments on the first lines select: "# --set path=value", "# --variant name". To accept new
// texts:
//   CHOKEPOINT_UPDATE_GOLDEN=1 ctest -R Golden; then read the diff.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/loader/load.h"

namespace chokepoint {
namespace {

std::filesystem::path folder() { return CHOKEPOINT_SOURCE_DIR "/tests/scenarios/golden"; }

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Selection selection_in(const std::string& text) {
  Selection selection;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line) && line.starts_with("# --");) {
    const std::string set = "# --set ", variant = "# --variant ";
    if (line.starts_with(set)) selection.overrides.push_back(line.substr(set.size()));
    if (line.starts_with(variant)) selection.variant = line.substr(variant.size());
  }
  return selection;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, IsWhatTheLoaderSays) {
  const std::string yaml = text_of(folder() / (GetParam() + ".yaml"));
  const std::filesystem::path expected = folder() / (GetParam() + ".txt");

  const LoadResult loaded = load_scenario_text(yaml, GetParam() + ".yaml", selection_in(yaml));
  const std::string said = format_errors(loaded.errors);

  if (std::getenv("CHOKEPOINT_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(expected, std::ios::binary) << said;
  }
  EXPECT_FALSE(loaded.errors.empty());
  EXPECT_EQ(said, text_of(expected));
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, testing::ValuesIn(names()), [](const auto& file) {
  std::string name = file.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace chokepoint
