#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/controller/fuzz/read_bytes.h"

namespace chokepoint::controller {
namespace {

TEST(ProbeFuzzCorpus, IsReadOrRefused) {
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(CHOKEPOINT_SOURCE_DIR "/tests/controller/fuzz/corpus")) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    const std::string text = bytes.str();
    for (std::size_t length = 0; length <= text.size(); ++length) {
      read_bytes(std::string_view(text).substr(0, length));
      std::string damaged = text;  // one bit of the byte before is another
      if (length > 1) damaged[length - 1] = static_cast<char>(damaged[length - 1] ^ 0x10);
      read_bytes(damaged);
    }
    ++files;
  }
  EXPECT_GE(files, 8);
}

}  // namespace
}  // namespace chokepoint::controller
