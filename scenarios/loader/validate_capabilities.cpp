#include "scenarios/loader/validation.h"

namespace chokepoint {

void validate_capabilities(const Validation&) {}

}  // namespace chokepoint
