#pragma once
// What ends a game day early. A function of the plan and of what is seen now.

#include <map>
#include <optional>
#include <string>

#include "chokepoint/v1/game_day.pb.h"

namespace chokepoint::controller {

// What is seen at one moment. Seconds are those of the game day, whatever the pace.
struct Sighting {
  double at_s = 0;
  std::map<std::string, double> down_since_s = {};  // capabilities that are down
  std::map<std::string, double> silent_s =
      {};  // agents of the plan, and how long nothing was heard
  std::size_t agents_hit = 0;
};

// The reason to abort, if there is one: a capability that must never be down is; one is down where
// no predicting run had it down, for longer than `outside_band`; an agent is silent for longer than
// `agent_lost`; more agents have faults than the blast radius allows.
std::optional<std::string> tripped(const v1::GameDayPlan& plan, const Sighting& seen);

// Of the predicting runs, those that have the capability down at this moment of the game day.
double predicted_down(const v1::GameDayPlan& plan, const std::string& capability, double at_s);

}  // namespace chokepoint::controller
