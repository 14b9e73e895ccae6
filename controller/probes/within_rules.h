#pragma once
// The schema's rules, for a message that did not come from a file: over the wire anybody can send
// anything.

#include <google/protobuf/message.h>

#include "scenarios/base/result.h"

namespace chokepoint::controller {

// Ranges of numbers (which must be numbers), texts that must be there or be one of a few, and
// oneofs of which one must be set; in the message and all that it holds. Absent optional fields and
// absent messages are not looked at. Errors: invalid_input, of the first breach.
Status within_rules(const google::protobuf::Message& message);

}  // namespace chokepoint::controller
