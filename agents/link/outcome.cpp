#include "agents/link/outcome.h"

#include "scenarios/loader/load_message.h"

namespace chokepoint::agents {
namespace {

v1::OutcomeCode code_of(Code code) {
  switch (code) {
    case Code::invalid_input:
      return v1::OUTCOME_CODE_INVALID_INPUT;
    case Code::not_found:
      return v1::OUTCOME_CODE_NOT_FOUND;
    case Code::conflict:
      return v1::OUTCOME_CODE_CONFLICT;
    case Code::denied:
      return v1::OUTCOME_CODE_DENIED;
    case Code::unavailable:
      return v1::OUTCOME_CODE_UNAVAILABLE;
    case Code::timed_out:
      return v1::OUTCOME_CODE_TIMED_OUT;
    case Code::not_reverted:
      return v1::OUTCOME_CODE_NOT_REVERTED;
  }
  return v1::OUTCOME_CODE_UNSPECIFIED;
}

}  // namespace

v1::OrderOutcome outcome_of(const Error& error) {
  v1::OrderOutcome outcome;
  outcome.set_code(code_of(error.code));
  outcome.set_message(error.message);
  outcome.set_hint(error.hint);
  outcome.set_seen(error.code == Code::not_reverted ? v1::SIGHT_UNKNOWN : v1::SIGHT_BASELINE);
  return outcome;
}

v1::OrderOutcome done() {
  v1::OrderOutcome outcome;
  outcome.set_code(v1::OUTCOME_CODE_DONE);
  return outcome;
}

Result<v1::PrimitiveFault> fault_in(const std::string& text) {
  v1::PrimitiveFault fault;
  const Errors errors = load_message_text(text, "order", fault, "begin with 'duration: 1min'");
  if (errors.empty()) return fault;
  return Error{.code = Code::invalid_input, .message = format_errors(errors)};
}

v1::Sight sight_of(Seen seen) {
  switch (seen) {
    case Seen::baseline:
      return v1::SIGHT_BASELINE;
    case Seen::injected:
      return v1::SIGHT_INJECTED;
    case Seen::unknown:
      return v1::SIGHT_UNKNOWN;
  }
  return v1::SIGHT_UNKNOWN;
}

}  // namespace chokepoint::agents
