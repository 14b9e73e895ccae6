// Feeds arbitrary bytes to the loader. A first line that begins with '=' is an override for the
// rest:
// "=horizon=2h". Run by `./dev fuzz`; what it ever found stands in corpus/, which the ordinary
// tests run as well (corpus_test.cpp).

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/scenarios/fuzz/load_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chokepoint::load_bytes({reinterpret_cast<const char*>(data), size});
  return 0;
}
