#include "controller/plan/states.h"

namespace chokepoint::controller {

bool is_final(v1::GameDayState state) {
  switch (state) {
    case v1::GAME_DAY_STATE_HELD:
    case v1::GAME_DAY_STATE_DEVIATED:
    case v1::GAME_DAY_STATE_ABORTED:
    case v1::GAME_DAY_STATE_NOT_REVERTED:
    case v1::GAME_DAY_STATE_REFUSED:
      return true;
    case v1::GAME_DAY_STATE_UNSPECIFIED:
    case v1::GAME_DAY_STATE_PLANNED:
    case v1::GAME_DAY_STATE_STEADYING:
    case v1::GAME_DAY_STATE_RUNNING:
    case v1::GAME_DAY_STATE_REVERTING:
    case v1::GameDayState_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::GameDayState_INT_MAX_SENTINEL_DO_NOT_USE_:
      return false;
  }
  return false;
}

bool is_out(v1::InjectionStep step) {
  switch (step) {
    case v1::INJECTION_STEP_ORDERED:
    case v1::INJECTION_STEP_INJECTED:
    case v1::INJECTION_STEP_REVERT_ORDERED:
    case v1::INJECTION_STEP_UNKNOWN:
      return true;
    case v1::INJECTION_STEP_UNSPECIFIED:
    case v1::INJECTION_STEP_REFUSED:
    case v1::INJECTION_STEP_REVERTED:
    case v1::INJECTION_STEP_ENDED:
    case v1::InjectionStep_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::InjectionStep_INT_MAX_SENTINEL_DO_NOT_USE_:
      return false;
  }
  return true;
}

std::string_view text_of(v1::GameDayState state) {
  switch (state) {
    case v1::GAME_DAY_STATE_PLANNED:
      return "planned";
    case v1::GAME_DAY_STATE_STEADYING:
      return "looking whether all is well";
    case v1::GAME_DAY_STATE_RUNNING:
      return "running";
    case v1::GAME_DAY_STATE_REVERTING:
      return "reverting";
    case v1::GAME_DAY_STATE_HELD:
      return "held";
    case v1::GAME_DAY_STATE_DEVIATED:
      return "deviated";
    case v1::GAME_DAY_STATE_ABORTED:
      return "aborted";
    case v1::GAME_DAY_STATE_NOT_REVERTED:
      return "not reverted";
    case v1::GAME_DAY_STATE_REFUSED:
      return "refused";
    case v1::GAME_DAY_STATE_UNSPECIFIED:
    case v1::GameDayState_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::GameDayState_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return "unknown";
}

std::string_view text_of(v1::InjectionStep step) {
  switch (step) {
    case v1::INJECTION_STEP_UNSPECIFIED:
      return "to come";
    case v1::INJECTION_STEP_ORDERED:
      return "ordered";
    case v1::INJECTION_STEP_INJECTED:
      return "injected, and seen to be";
    case v1::INJECTION_STEP_REFUSED:
      return "not injected";
    case v1::INJECTION_STEP_REVERT_ORDERED:
      return "to be reverted";
    case v1::INJECTION_STEP_REVERTED:
      return "reverted, and seen to be";
    case v1::INJECTION_STEP_ENDED:
      return "ended before its time";
    case v1::INJECTION_STEP_UNKNOWN:
    case v1::InjectionStep_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::InjectionStep_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return "unknown";
}

}  // namespace chokepoint::controller
