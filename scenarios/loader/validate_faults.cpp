#include "scenarios/loader/validation.h"

namespace chokepoint {

void validate_faults(const Validation&) {}

}  // namespace chokepoint
