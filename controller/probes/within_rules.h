#pragma once
// The schema's rules, for a message that did not come from a file: over the wire anybody can send
// anything.

#include <google/protobuf/message.h>

#include "scenarios/base/result.h"

namespace chokepoint::controller {

// Ranges of numbers (which must be numbers), what must be there, texts that are one of a few or
// spelt in some way, keys of maps, and oneofs of which one must be set; in the message and all that
// it holds. Absent optional fields and absent messages are not looked at further. Errors:
// invalid_input, of the first breach.
Status within_rules(const google::protobuf::Message& message);

}  // namespace chokepoint::controller
