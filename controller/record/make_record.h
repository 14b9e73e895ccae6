#pragma once
// From the notes of a game day to the record that a simulated run leaves behind, too. All times
// become the scenario's.

#include <string>
#include <vector>

#include "chokepoint/v1/record.pb.h"
#include "controller/store/store.h"

namespace chokepoint::controller {

// Of everything that was written down so far. Capabilities are down from the first failure of their
// probe on; a game day that ended early is as long as it lasted. Verdicts are what compare says.
// Deterministic.
v1::RunRecord make_record(const std::string& id, const v1::GameDayPlan& plan,
                          const std::vector<StoredNote>& notes);

}  // namespace chokepoint::controller
