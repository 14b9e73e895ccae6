#pragma once
// Room in YAML and JSON: in the outermost mapping or list, or in the one at `under`.

#include "agents/bloat/room.h"

namespace chokepoint::agents {

// Errors: as for room_in.
Result<Room> yaml_room(const std::string& original, const v1::ConfigBloat& fault);
Result<Room> json_room(const std::string& original, const v1::ConfigBloat& fault);

}  // namespace chokepoint::agents
