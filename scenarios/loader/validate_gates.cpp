#include "scenarios/loader/validation.h"

namespace chokepoint {

void validate_gates(const Validation&) {}

}  // namespace chokepoint
