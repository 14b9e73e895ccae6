#pragma once
// Words for a POSIX shell.

#include <string>
#include <string_view>

namespace chokepoint::cli {

// The word as it can be pasted into a shell: in single quotes when it needs them.
std::string shell_quoted(std::string_view word);

}  // namespace chokepoint::cli
