#pragma once
// chokepoint schema: the JSON Schema of scenario files, for editors.

#include "cli/exit.h"
#include "cli/io.h"

namespace chokepoint::cli {

Exit schema(const Io& io);

}  // namespace chokepoint::cli
