#pragma once
// The agents as people are told of them, over gRPC and HTTP alike.

#include "chokepoint/v1/game_days.pb.h"
#include "controller/registry/registry.h"

namespace chokepoint::controller {

// By name, each with what stands on its host as last heard. Thread rule: any thread.
v1::AgentsReply agents_reply(const Registry& registry);

}  // namespace chokepoint::controller
