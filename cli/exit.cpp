#include "cli/exit.h"

#include "scenarios/base/assert.h"

namespace chokepoint::cli {

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

Exit exit_of(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_HELD:
      return Exit::held;
    case v1::OUTCOME_DEVIATED:
      return Exit::deviated;
    case v1::OUTCOME_INVALID:
      return Exit::invalid;
    case v1::OUTCOME_ABORTED:
    case v1::OUTCOME_UNSPECIFIED:
    case v1::Outcome_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Outcome_INT_MAX_SENTINEL_DO_NOT_USE_:
      return Exit::aborted;
  }
  return Exit::aborted;  // a value from a newer record
}

}  // namespace chokepoint::cli
