#include "controller/registry/agents_reply.h"

namespace chokepoint::controller {

v1::AgentsReply agents_reply(const Registry& registry) {
  v1::AgentsReply all;
  for (const KnownAgent& known : registry.all()) {
    v1::AgentStatus& one = *all.add_agents();
    *one.mutable_hello() = known.hello;
    one.mutable_hello()->clear_standing();
    for (const auto& fault : known.standing) *one.mutable_hello()->add_standing() = fault;
    one.set_is_connected(known.is_connected);
    one.set_silent_s(known.silent_s);
  }
  return all;
}

}  // namespace chokepoint::controller
