#pragma once
// Game days that were never carried out: simulated with other values than the scenario has, and
// written as a controller would have.

#include <string>
#include <vector>

namespace chokepoint::e2e {

struct StagedDay {
  std::string scenario;  // a file
  std::string variant = {};
  std::vector<std::string> truth = {};  // path=value: what the staging system is really like
  int seed = 77;
  double pace = 1;
  double resolution = 0.2;  // seconds of the scenario
  std::string id = "gd-1";
};

// Writes its record to `folder`/record.json; the folder is made.
void stage(const StagedDay& day, const std::string& folder);

// A short scenario of a quorum in three zones of which one is cut off, and of which `election` and
// `boot` are not known; variant `balanced` loses its leader only.
extern const char* const kShortScenario;
// A staging system for it.
extern const char* const kShortDeployment;

}  // namespace chokepoint::e2e
