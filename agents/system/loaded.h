#pragma once
// What is loaded into processes, and what they were started with, as the kernel tells it.

#include <optional>
#include <string>
#include <vector>

#include "chokepoint/v1/journal.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::agents {

// Paths of all files that are mapped into the process, also of those that were removed since.
// Errors: denied, unavailable (it is gone).
Result<std::vector<std::string>> files_loaded_by(const v1::ProcessIdentity& process);

// Whether this file is among them.
Result<bool> has_loaded(const v1::ProcessIdentity& process, const std::string& file);

// All processes that have the file loaded, or were told by LD_PRELOAD to load it, as far as we may
// see.
std::vector<v1::ProcessIdentity> processes_with(const std::string& file);

// What it found under this name in its environment when it was started. Nothing when there was
// none, and when the process has written over it since, as many do to show another title.
std::optional<std::string> environment_of(const v1::ProcessIdentity& process,
                                          const std::string& name);

// Whether the program, which runs as `process`, asks the kernel for the time by the C library; one
// that is linked statically and one written in Go do not. Errors: as above.
Result<bool> asks_the_c_library(const v1::ProcessIdentity& process, const std::string& program);

}  // namespace chokepoint::agents
