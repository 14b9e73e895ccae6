#pragma once
// Broken invariants end the program, in release builds too: a wrong prediction is worse than none.

#include <cstdint>

namespace chokepoint {

// What an assertion prints besides its text, so that the run can be repeated. Set by whoever starts
// a run; one run per process.
void set_assert_context(std::uint64_t seed);

// Where the assertion stands in the code. (std::source_location is beyond clang 14, which builds
// the fuzz targets.)
struct CodePlace {
  const char* file;
  int line;
};

[[noreturn]] void assertion_failed(const char* condition, const char* why,
                                   CodePlace where = {__builtin_FILE(), __builtin_LINE()});

}  // namespace chokepoint

// Prints the condition, `why`, the place in the code and the seed to stderr, and aborts.
#define CHOKEPOINT_ASSERT(condition, why) \
  (static_cast<bool>(condition) ? void() : ::chokepoint::assertion_failed(#condition, why))
