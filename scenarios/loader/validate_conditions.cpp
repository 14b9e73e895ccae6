#include "scenarios/loader/validation.h"

namespace chokepoint {

void validate_conditions(const Validation&) {}

}  // namespace chokepoint
