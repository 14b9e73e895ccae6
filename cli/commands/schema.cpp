#include "cli/commands/schema.h"

#include "cli/fail.h"
#include "scenarios/loader/json_schema.h"

namespace chokepoint::cli {

Exit schema(const Io& io) {
  if (Status printed = print(io.out, json_schema()); !printed) return fail(io, printed.error());
  return Exit::held;
}

}  // namespace chokepoint::cli
