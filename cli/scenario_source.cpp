#include "cli/scenario_source.h"

namespace chokepoint::cli {

ScenarioSource::ScenarioSource(std::string file, const Io& io) : name_(std::move(file)) {
  if (name_ != "-") return;
  name_ = "<stdin>";
  text_ = read_all(io.in);
}

LoadResult ScenarioSource::load(Selection selection) const {
  if (selection.variant == "base") selection.variant.clear();
  if (!text_) return load_scenario(name_, selection);
  if (*text_) return load_scenario_text(**text_, name_, selection);
  LoadResult failed;
  failed.errors.push_back(text_->error());
  return failed;
}

}  // namespace chokepoint::cli
