#pragma once
// Changes written as on the command line: faults.chillers-fail.at=3min. The path goes from the root
// through field names and names of entries, separated by dots; names have no dots, and the slashes
// of a place belong to its name (places.aws/az-1.racks=20). It must lead to a field that the schema
// has and through entries that the scenario has. The value is YAML ("[a, b]" is a list); nothing,
// or null, takes away what is there.

#include <optional>
#include <string_view>

#include "scenarios/loader/document.h"
#include "scenarios/loader/problems.h"
#include "scenarios/loader/rules.h"

namespace chokepoint {

// Why the change cannot be made to the tree; without a place. Errors: no '=' (invalid_input), a
// path that leads nowhere (not_found, with the nearest name as hint).
std::optional<Error> refusal_of_override(const Node& tree, std::string_view change, Rules& rules);

// The tree with the change made; `change` is the whole text of the override, and is where mistakes
// are shown. The tree as it was when something is reported.
NodePtr apply_override(const NodePtr& tree, const Source& change, Rules& rules, Problems& problems);

// The partial tree that makes the change, wherever its path leads: {a: {b: value}} for a.b=value.
// Null when it is not a change or its value is no YAML, which is reported.
NodePtr patch_of(const Source& change, Problems& problems);

}  // namespace chokepoint
