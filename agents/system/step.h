#pragma once
// Marks the moments between two changes of the outside world, so that tests can stop a process at
// each of them. Costs a load and a compare where nobody listens.

#include <string_view>

namespace chokepoint::agents {

using StepHook = void (*)(std::string_view what);

// Called at every step() from now on; null for nobody. Set before the first fault, from one thread.
void on_step(StepHook hook);

// Something is about to be done to the outside world, or has just been done.
void step(std::string_view what);

}  // namespace chokepoint::agents
