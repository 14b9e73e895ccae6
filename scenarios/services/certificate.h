#pragma once
// Certificates (X.509, in PEM), before they are used for anything.

#include <string>

#include "scenarios/base/result.h"

namespace chokepoint {

// Whether the first certificate of the text is valid now and, unless `key` is empty, belongs to
// that key. `name` is told in errors: invalid_input (no PEM), denied (expired, not valid yet,
// another key).
Status check_certificate(const std::string& certificate, const std::string& key,
                         const std::string& name);

}  // namespace chokepoint
