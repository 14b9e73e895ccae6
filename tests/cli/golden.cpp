#include "tests/cli/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>

namespace chokepoint::cli::testing {

void expect_golden(const std::string& actual, const std::string& name) {
  const std::string path = std::string(CHOKEPOINT_SOURCE_DIR "/tests/cli/golden/") + name;
  const char* update = std::getenv("CHOKEPOINT_UPDATE_GOLDEN");
  if (update != nullptr && std::string_view(update) == "1") {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path
                    << " is missing: run with CHOKEPOINT_UPDATE_GOLDEN=1 and read the result";
  std::ostringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(actual, expected.str()) << "differs from " << path;
}

}  // namespace chokepoint::cli::testing
