#include "tests/controller/fuzz/hostile.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

namespace chokepoint::controller {
namespace {

TEST(GameDayFuzzCorpus, IsReadOrRefused) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           CHOKEPOINT_SOURCE_DIR "/tests/controller/fuzz/game_days")) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    const std::string text = bytes.str();
    for (std::size_t length = 0; length <= text.size(); ++length) {
      read_hostile(std::string_view(text).substr(0, length));
      std::string damaged = text;
      if (length > 1) damaged[length - 1] = static_cast<char>(damaged[length - 1] ^ 0x10);
      read_hostile(damaged);
    }
    ++files;
  }
  EXPECT_GE(files, 4);
}

TEST(AGameDayOfAgentsThatSayAnything, OrdersEachFaultOnceAndComesToAnEnd) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(1 + random() % 120, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    bytes[0] = 'g';
    read_hostile(bytes);
  }
}

}  // namespace
}  // namespace chokepoint::controller
