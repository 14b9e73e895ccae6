#include "scenarios/base/exit.h"

#include "scenarios/base/assert.h"

namespace chokepoint {

Exit exit_of(Code code) {
  switch (code) {
    case Code::invalid_input:
    case Code::not_found:
    case Code::conflict:
    case Code::denied:
      return Exit::invalid;
    case Code::unavailable:
    case Code::timed_out:
      return Exit::aborted;
    case Code::not_reverted:
      return Exit::not_reverted;
  }
  assertion_failed("code", "an error code that does not exist");
}

}  // namespace chokepoint
