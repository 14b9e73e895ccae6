#pragma once
// Single values of the schema as regular expressions and ranges, for the JSON Schema.

#include <google/protobuf/descriptor.h>

#include <string>

#include "chokepoint/v1/rule.pb.h"
#include "scenarios/loader/json_value.h"

namespace chokepoint {

// What read_scalar takes for the field, as far as a JSON Schema can say it.
Json scalar_schema(const google::protobuf::FieldDescriptor* field, const v1::FieldRule& rule);

// The spelling of a map's keys; empty for keys that refer to something.
std::string key_pattern(const v1::FieldRule& rule);

}  // namespace chokepoint
