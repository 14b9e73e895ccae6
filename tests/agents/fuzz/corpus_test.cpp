#include <gtest/gtest.h>

#include <sstream>

#include "tests/agents/fuzz/parse_bytes.h"

namespace chokepoint::agents {
namespace {

TEST(AgentFuzzCorpus, IsReadOrRefused) {
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(CHOKEPOINT_SOURCE_DIR "/tests/agents/fuzz/corpus")) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    const std::string text = bytes.str();
    for (std::size_t length = 0; length <= text.size(); ++length) {
      parse_bytes(std::string_view(text).substr(0, length));
    }
    ++files;
  }
  EXPECT_GE(files, 6);
}

}  // namespace
}  // namespace chokepoint::agents
