#pragma once
// Work in processes of its own: a simulation can run once in a process, and one that dies must not
// take the others with it.

#include <cstddef>
#include <functional>
#include <string>

#include "scenarios/base/result.h"

namespace chokepoint::sim {

// Calls work(i) for each i below `count` in a child process, `workers` of them at a time, and
// done(i, what it returned) here, in order of i. Error (Code::unavailable): the child could not be
// started or died; its message says how, and goes on after who it was. `work` must not rely on
// threads of this process: a child has none. Returns early, its children ended, once done() returns
// false. Not thread-safe.
void in_children(std::size_t count, unsigned workers,
                 const std::function<std::string(std::size_t)>& work,
                 const std::function<bool(std::size_t, Result<std::string>)>& done);

}  // namespace chokepoint::sim
