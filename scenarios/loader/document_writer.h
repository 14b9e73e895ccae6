#pragma once
// A tree as YAML again; without its comments.

#include <string>

#include "scenarios/loader/document.h"

namespace chokepoint {

// Mappings one entry a line, each line indented by `indent` spaces and more; small ones, and lists,
// in braces and brackets on one line. parse_document reads the same tree from it.
std::string yaml_of(const Node& map, std::size_t indent);

}  // namespace chokepoint
