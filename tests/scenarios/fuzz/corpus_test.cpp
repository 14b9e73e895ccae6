#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/scenarios/fuzz/load_bytes.h"

namespace chokepoint {
namespace {

TEST(FuzzCorpus, LoadsOrIsRefusedWithPositions) {
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(CHOKEPOINT_SOURCE_DIR "/tests/scenarios/fuzz/corpus")) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    load_bytes(bytes.str());
    ++files;
  }
  EXPECT_GT(files, 20);
}

}  // namespace
}  // namespace chokepoint
