#pragma once
// "Did you mean ...?": the known name that a misspelt one was most likely meant to be.

#include <string>
#include <string_view>
#include <vector>

namespace chokepoint {

// The name with the fewest slips (a letter too many, missing, wrong, or two swapped) away from
// `name`; the first of equals. Empty when none is close: at most a third of the letters, and at
// least one, may differ.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

// A hint for an unknown name: "did you mean 'x'?", or the list of what is known when that is short,
// or nothing. `what` names the list: "known keys".
std::string hint_for_unknown(std::string_view name, const std::vector<std::string>& known,
                             std::string_view what);

}  // namespace chokepoint
