#pragma once
// How units are spelt: the table behind quantity.h.

#include <span>
#include <string_view>

#include "chokepoint/v1/rule.pb.h"

namespace chokepoint {

// `1 text` is times/per in the base unit. Both are whole powers, so that 70% is exactly 0.7.
struct UnitSpelling {
  std::string_view text;
  v1::Unit unit;
  double times = 1;
  double per = 1;
};

// All spellings, small units of a kind before large ones.
std::span<const UnitSpelling> spellings();

// What a number of the unit is called in messages: "a duration".
std::string_view name_of(v1::Unit unit);

}  // namespace chokepoint
