#pragma once
// From a YAML file to a Scenario message. The only way in: whatever passes here is complete
// (defaults filled in), consistent (no dangling name, no impossible quorum) and needs no further
// check. Touches no network, clock or machine besides reading the file. Thread rule: no shared
// state.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chokepoint/v1/scenario.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint {

// All mistakes of one file, in order of position; never empty when returned.
using Errors = std::vector<Error>;

// How many mistakes of one file are reported at most.
inline constexpr std::size_t kMaxErrors = 20;

// Which design of the file is wanted.
struct Selection {
  std::string variant = {};  // "" is the base
  // path=value, as for --set: faults.a.at=3min. overrides.h says how paths and values are written.
  std::vector<std::string> overrides = {};
};

struct LoadResult {
  v1::Scenario scenario = {};  // merged, complete, `variants` emptied; only if errors is empty
  std::string digest = {};     // 16 hex digits: hash of the merged scenario
  std::vector<std::string> variants = {};  // names of the file's variants, sorted
  Errors errors = {};
};

// Reads, merges and checks. Errors: unreadable file (Code::unavailable or not_found), anything
// wrong in it (Code::invalid_input), an unknown variant or a --set path that leads nowhere
// (not_found). The base and every variant are checked, whichever is selected.
LoadResult load_scenario(const std::filesystem::path& path, const Selection& selection = {});

// The same for a text; `name` stands in for the file's name in errors.
LoadResult load_scenario_text(std::string_view text, const std::string& name,
                              const Selection& selection = {});

// A file that many selections are loaded from: read, and checked with all its variants, once.
// Thread rule: one thread at a time.
class ScenarioFile {
 public:
  ScenarioFile(std::string_view text, const std::string& name);
  ~ScenarioFile();
  ScenarioFile(ScenarioFile&&) noexcept;
  ScenarioFile& operator=(ScenarioFile&&) = delete;

  // What is wrong whatever is selected.
  const Errors& errors() const;
  // As load_scenario does.
  LoadResult load(const Selection& selection);

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

// `file:line:column: error: ...`, the source line, a caret, the hint; ends with a newline.
std::string format_error(const Error& error);
std::string format_errors(const Errors& errors);

}  // namespace chokepoint
