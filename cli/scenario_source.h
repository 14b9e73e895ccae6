#pragma once
// Where a command gets its scenario from: a file, or "-" for standard input.

#include <optional>
#include <string>

#include "cli/io.h"
#include "scenarios/loader/load.h"

namespace chokepoint::cli {

class ScenarioSource {
 public:
  // Reads standard input at once, a file only when a selection of it is loaded.
  ScenarioSource(std::string file, const Io& io);

  // As load_scenario. The variant "base" is the base.
  LoadResult load(Selection selection) const;

  // What the errors call it.
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::optional<Result<std::string>> text_;  // only of standard input
};

}  // namespace chokepoint::cli
