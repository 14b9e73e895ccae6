#include "scenarios/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace chokepoint {
namespace {
std::uint64_t g_seed = 0;
}

void set_assert_context(std::uint64_t seed) { g_seed = seed; }

void assertion_failed(const char* condition, const char* why, CodePlace where) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s (%s), seed %llu\n", where.file,
               static_cast<unsigned>(where.line), why, condition,
               static_cast<unsigned long long>(g_seed));
  std::abort();
}

}  // namespace chokepoint
