#pragma once
// From a tree to a message, by descriptor: every field is read as the schema's rules say, every
// mistake reported, every default filled in.

#include <google/protobuf/message.h>

#include "scenarios/loader/document.h"
#include "scenarios/loader/path.h"
#include "scenarios/loader/problems.h"
#include "scenarios/loader/rules.h"

namespace chokepoint {

// Reads all that can be read of `tree` into `message` (which must be empty). Values that are wrong
// or missing though required are reported, left out of the message and added to `unread`.
void read_message(const Node& tree, google::protobuf::Message& message, Rules& rules,
                  Problems& problems, Unread& unread);

}  // namespace chokepoint
