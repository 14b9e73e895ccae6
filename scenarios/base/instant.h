#pragma once
// Instants of a scenario: the one way in which they are written, 2026-05-07T23:20:00Z.

#include <chrono>
#include <string>
#include <string_view>

#include "scenarios/base/result.h"

namespace chokepoint {

// Reads an instant in UTC. Errors (Code::invalid_input, without a place): another form, a date that
// the calendar does not have, another time zone than Z.
Result<std::chrono::sys_seconds> parse_instant(std::string_view text);

// The same form, for years 0000 to 9999.
std::string format_instant(std::chrono::sys_seconds instant);

}  // namespace chokepoint
