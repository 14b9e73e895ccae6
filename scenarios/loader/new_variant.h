#pragma once
// A variant that a program makes up, as text: what is written stays as it is, comments too.

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/base/result.h"

namespace chokepoint {

struct NewVariant {
  std::string name;
  // The variant that it is a copy of; "" for the base.
  std::string of = {};
  // As for --set, but what a path leads to need not be there before. An empty value, or null,
  // takes away what the base or `of` has.
  std::vector<std::string> changes = {};
  // Lines of a comment above it.
  std::vector<std::string> comment = {};
};

// A text that holds the new variant alone: "variants:", and below it the name and what is in it.
// Errors (Code::invalid_input or not_found): the scenario cannot be read, it has no variant `of`,
// it has one of the new name, a change is not one.
Result<std::string> text_of_variant(std::string_view scenario, const NewVariant& variant);

// The scenario's text with the new variant behind its last one. Further errors: its variants are
// written in braces (Code::conflict), what came of it does not load.
Result<std::string> with_variant(std::string_view scenario, const NewVariant& variant);

}  // namespace chokepoint
