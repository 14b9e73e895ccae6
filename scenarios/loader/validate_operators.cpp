#include "scenarios/loader/validation.h"

namespace chokepoint {

void validate_operators(const Validation&) {}

}  // namespace chokepoint
