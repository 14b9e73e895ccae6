#pragma once
// From a YAML file to a Deployment that fits a scenario: every name in it is one of the scenario's,
// and every binding can be used. Touches no network, clock or machine besides reading the file.

#include <filesystem>
#include <string>
#include <string_view>

#include "chokepoint/v1/deployment.pb.h"
#include "chokepoint/v1/scenario.pb.h"
#include "scenarios/loader/load.h"

namespace chokepoint {

struct LoadedDeployment {
  v1::Deployment deployment = {};  // complete; only if errors is empty
  std::string text = {};           // of the file
  Errors errors = {};
};

// `scenario` comes from load_scenario. Errors: as there; a name that is not the scenario's, more
// members than the component has, a control plane where there is none, a probe without bounds.
// Thread rule: no shared state.
LoadedDeployment load_deployment(const std::filesystem::path& path, const v1::Scenario& scenario);
LoadedDeployment load_deployment_text(std::string_view text, const std::string& name,
                                      const v1::Scenario& scenario);

}  // namespace chokepoint
