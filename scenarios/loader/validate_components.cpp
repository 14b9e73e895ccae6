#include "scenarios/loader/validation.h"

namespace chokepoint {

void validate_components(const Validation&) {}

}  // namespace chokepoint
