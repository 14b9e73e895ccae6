#pragma once
// Agents dial in here, and stay. One object for each call; no thread waits for any of them.

#include "chokepoint/v1/agent_link.grpc.pb.h"
#include "controller/api/gate.h"
#include "controller/registry/registry.h"

namespace chokepoint::controller {

class AgentLinkService final : public v1::AgentLink::CallbackService {
 public:
  AgentLinkService(Gate& gate, Registry& registry) : gate_(gate), registry_(registry) {}

  grpc::ServerBidiReactor<v1::FromAgent, v1::ToAgent>* Attend(
      grpc::CallbackServerContext* context) override;

 private:
  Gate& gate_;
  Registry& registry_;
};

}  // namespace chokepoint::controller
