#pragma once
// Where in a configuration there is room for more entries, and what they look like there.

#include <cstdint>
#include <string>

#include "chokepoint/v1/primitive_fault.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::agents {

// A text that entries stand in: `before`, the entries with `between` in between, `after`.
struct Room {
  std::string before;
  std::string entry;  // {n} is its number, wherever it stands
  std::string between;
  std::string after;
  bool is_nested = false;  // `entry` has one hole, {n}, in which the next one stands

  // With so many entries; stops early, with one entry too many, above `largest` bytes.
  std::string filled(std::uint64_t entries, double largest) const;
  // How many entries make it at least so large.
  std::uint64_t entries_for(double bytes) const;
};

// Errors: invalid_input for a text that is not of the format, an entry that is none there, and for
// `under` where there is no such thing.
Result<Room> room_in(const std::string& original, const v1::ConfigBloat& fault);

}  // namespace chokepoint::agents
