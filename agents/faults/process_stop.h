#pragma once
// Ending a process that can be started again, for every fault that does so.

#include <string>
#include <vector>

#include "chokepoint/v1/agent.pb.h"
#include "chokepoint/v1/journal.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::agents {

inline constexpr double kStart = 10;  // seconds, for a started process to write its pid file

// Which processes run under this name of the agent's configuration now, and how they are started
// again. Errors: denied for one that is not allowed or that nobody can start, not_found, conflict.
Result<v1::StartProcess> how_to_start(const v1::AgentConfig& config, const std::string& name,
                                      const std::string& id);

// For people.
std::vector<std::string> plan_of_killing(const v1::StartProcess& start);

// Those that `start` names, parents first. Errors: timed_out, denied.
Status kill_all(const v1::StartProcess& start);

}  // namespace chokepoint::agents
