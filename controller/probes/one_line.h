#pragma once
// What strangers said, made fit to be shown and stored.

#include <cstddef>
#include <string>
#include <string_view>

namespace chokepoint::controller {

inline constexpr std::size_t kLongestText = 200;  // bytes

// Valid UTF-8 without control characters: they and whatever is no character become spaces, several
// spaces in a row one, none at the ends. What is longer than `longest` bytes (at least 3) is cut
// between characters and ends with "...".
std::string one_line(std::string_view text, std::size_t longest = kLongestText);

}  // namespace chokepoint::controller
