// Run by `./dev fuzz`; what it ever found stands in corpus/, which the ordinary tests run as well
// (corpus_test.cpp).
#include <cstdint>

#include "tests/controller/fuzz/read_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chokepoint::controller::read_bytes({reinterpret_cast<const char*>(data), size});
  return 0;
}
