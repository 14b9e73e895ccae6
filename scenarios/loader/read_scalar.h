#pragma once
// One value of the schema from one text: what is read, and what is wrong with it.

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "chokepoint/v1/rule.pb.h"
#include "scenarios/base/quantity.h"
#include "scenarios/base/result.h"

namespace chokepoint {

// What a field of the schema can hold. Enums are held by their number.
using Scalar = std::variant<Number, std::uint32_t, bool, std::string, int>;

// Reads `text` as the field and its rule want it. Errors have no place and do not name the field.
Result<Scalar> read_scalar(std::string_view text, const google::protobuf::FieldDescriptor* field,
                           const v1::FieldRule& rule);

// Sets the field, or adds to it if it is repeated; fills in the unit beside a Quantity's value.
void store(const Scalar& value, google::protobuf::Message& message,
           const google::protobuf::FieldDescriptor* field);

// Why `name` is not spelt as it must be; empty when it is.
std::string misspelt(std::string_view name, v1::Spelling spelling);

// The allowed range in words: "from 1 to 100000", "more than 0s". Empty without one.
std::string range_in_words(const v1::FieldRule& rule);

}  // namespace chokepoint
