#pragma once
// Texts compared whole with files under tests/cli/golden.

#include <string>

namespace chokepoint::cli::testing {

// Compares with the golden file; with CHOKEPOINT_UPDATE_GOLDEN=1 writes it instead.
void expect_golden(const std::string& actual, const std::string& name);

}  // namespace chokepoint::cli::testing
