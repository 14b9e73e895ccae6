#include "cli/commands/check.h"

#include <fmt/format.h>

#include "cli/fail.h"
#include "cli/scenario_source.h"
#include "scenarios/loader/load_deployment.h"

namespace chokepoint::cli {

Exit check(const CheckArguments& arguments, const Io& io) {
  Exit exit = Exit::held;
  for (const std::string& file : arguments.files) {
    const ScenarioSource source(file, io);
    const LoadResult loaded = source.load({});
    if (!loaded.errors.empty()) {
      exit = fail(io, loaded.errors);
      continue;
    }
    if (!arguments.deployment.empty()) {
      const LoadedDeployment bound = load_deployment(arguments.deployment, loaded.scenario);
      if (!bound.errors.empty()) {
        exit = fail(io, bound.errors);
        continue;
      }
    }
    const std::size_t count = loaded.variants.size();
    const std::string line =
        fmt::format("{}: ok ({} variant{})\n", source.name(), count, count == 1 ? "" : "s");
    if (Status printed = print(io.out, line); !printed) return fail(io, printed.error());
  }
  return exit;
}

}  // namespace chokepoint::cli
