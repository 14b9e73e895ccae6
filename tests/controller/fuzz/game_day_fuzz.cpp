// Run by `./dev fuzz`; what it ever found stands in game_days/, which the ordinary tests run as
// well (hostile_test.cpp).
#include <cstdint>

#include "tests/controller/fuzz/hostile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chokepoint::controller::read_hostile({reinterpret_cast<const char*>(data), size});
  return 0;
}
