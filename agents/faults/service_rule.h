#pragma once
// From a fault on a service's connections to the rule that a proxy follows.

#include <string>
#include <vector>

#include "agents/proxy/rule.h"
#include "chokepoint/v1/agent.pb.h"
#include "chokepoint/v1/primitive_fault.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::agents {

struct ServiceRule {
  std::string service;  // its name
  v1::ServiceTarget target;
  proxy::Rule rule;  // without an id
  std::string plan;  // what it does, for people
};

// `fault` is one of stream_delay, stream_bandwidth, connection_reset, http_delay, http_abort,
// rpc_answer and dns_answer. Errors: denied for a service that is not allowed, invalid_input for
// what makes no sense together.
Result<ServiceRule> service_rule(const v1::AgentConfig& config, const v1::PrimitiveFault& fault);

}  // namespace chokepoint::agents
