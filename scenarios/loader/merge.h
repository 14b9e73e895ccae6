#pragma once
// A partial tree laid over a whole one: how variants and --set change a scenario.

#include <google/protobuf/descriptor.h>

#include "scenarios/loader/document.h"
#include "scenarios/loader/problems.h"
#include "scenarios/loader/rules.h"

namespace chokepoint {

// The tree of a message of type `type` with `patch` laid over `base`:
// - mappings are merged, key by key; single values and lists are replaced whole;
// - a null takes away what the base has under that key (an error if it has nothing);
// - another member of a oneof takes the base's member away, and so do fields that exclude each
// other:
//   a `service` in place of a `quorum`, `at_most` in place of `value`;
// - a mapping over a shorthand is merged with what the shorthand stands for.
// Shares what is unchanged. What the schema does not know is kept for read_message to report.
NodePtr merge(const NodePtr& base, const NodePtr& patch, const google::protobuf::Descriptor* type,
              Rules& rules, Problems& problems);

}  // namespace chokepoint
