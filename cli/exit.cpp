#include "cli/exit.h"

namespace chokepoint::cli {

Exit exit_of(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_HELD:
      return Exit::held;
    case v1::OUTCOME_DEVIATED:
      return Exit::deviated;
    case v1::OUTCOME_INVALID:
      return Exit::invalid;
    case v1::OUTCOME_NOT_REVERTED:
      return Exit::not_reverted;
    case v1::OUTCOME_ABORTED:
    case v1::OUTCOME_UNSPECIFIED:
    case v1::Outcome_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Outcome_INT_MAX_SENTINEL_DO_NOT_USE_:
      return Exit::aborted;
  }
  return Exit::aborted;  // a value from a newer record
}

}  // namespace chokepoint::cli
