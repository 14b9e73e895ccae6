#pragma once
// The language as a JSON Schema (draft-07), for editors that complete and check YAML. Made from the
// descriptors: comments become descriptions, rules become patterns and ranges.

#include <string>

namespace chokepoint {

// Weaker than load_scenario: it knows no references and no relations between numbers. Whatever
// load_scenario takes, the schema takes too. Ends with a newline; the same at every call.
std::string json_schema();

}  // namespace chokepoint
