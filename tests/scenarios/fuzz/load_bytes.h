#pragma once
// One input of the fuzzer: loads it and checks what must hold for every text.

#include <string_view>

#include "scenarios/base/assert.h"
#include "scenarios/loader/load.h"

namespace chokepoint {

inline void check_positions(const Errors& errors) {
  for (const Error& error : errors) {
    CHOKEPOINT_ASSERT(!error.message.empty(), "an error says what is wrong");
    CHOKEPOINT_ASSERT(error.where && error.where->length >= 1, "an error says where");
  }
  CHOKEPOINT_ASSERT(!format_errors(errors).empty(), "errors can be printed");
}

inline void load_bytes(std::string_view bytes) {
  Selection selection;
  if (bytes.starts_with('=')) {
    const std::size_t end = bytes.substr(0, bytes.find('\n')).size();
    selection.overrides.emplace_back(bytes.substr(1, end - 1));
    bytes.remove_prefix(end);
  }
  const LoadResult loaded = load_scenario_text(bytes, "fuzz.yaml", selection);
  CHOKEPOINT_ASSERT(loaded.errors.size() <= kMaxErrors, "errors are limited");
  CHOKEPOINT_ASSERT(loaded.errors.empty() == !loaded.digest.empty(), "a digest or errors");
  if (!loaded.errors.empty()) {
    check_positions(loaded.errors);
    return;
  }
  CHOKEPOINT_ASSERT(loaded.scenario.horizon() > 0, "a loaded scenario is complete");
  CHOKEPOINT_ASSERT(loaded.scenario.variants().empty(), "a loaded scenario is merged");
}

}  // namespace chokepoint
