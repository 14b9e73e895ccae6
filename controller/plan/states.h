#pragma once
// The states of game days and of their injections, in words.

#include <string_view>

#include "chokepoint/v1/game_day.pb.h"

namespace chokepoint::controller {

// Nothing more happens in such a game day.
bool is_final(v1::GameDayState state);
// A fault in such a step is in place, or perhaps in place.
bool is_out(v1::InjectionStep step);
// "running", "not reverted".
std::string_view text_of(v1::GameDayState state);
// "injected, and seen to be".
std::string_view text_of(v1::InjectionStep step);

}  // namespace chokepoint::controller
