#pragma once
// What a step of a runbook changes in the world.

#include "chokepoint/v1/operators.pb.h"

namespace chokepoint::sim {

class Faults;
class World;

// Does what the step says and blocks the calling actor until it has taken effect; nothing for a
// step without an action. False: it could not be done (a standby that is not ready).
bool act(World& world, Faults& faults, const v1::Step& step);

}  // namespace chokepoint::sim
