#pragma once
// Checks that need more than one field: that names refer to something, that numbers fit together,
// that what is written can happen at all. Needs no machine, clock or network: a scenario is valid
// everywhere or nowhere.

#include "chokepoint/v1/scenario.pb.h"
#include "scenarios/loader/document.h"
#include "scenarios/loader/path.h"
#include "scenarios/loader/problems.h"
#include "scenarios/loader/rules.h"

namespace chokepoint {

struct ReadScenario {
  const v1::Scenario& scenario;
  const Node& tree;            // what it was read from, for positions
  const Unread& unread;        // what could not be read; nothing is concluded from that
  bool is_overridden = false;  // changed since it was written down
};

// Reports every mistake to `problems`.
void validate(const ReadScenario& read, Rules& rules, Problems& problems);

}  // namespace chokepoint
