#pragma once
// The schema's rules, looked up once per load: what a message's fields are called in YAML, and what
// is asked of each.

#include <google/protobuf/descriptor.h>

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "chokepoint/v1/rule.pb.h"
#include "scenarios/loader/document.h"

namespace chokepoint {

struct FieldRules {
  const google::protobuf::FieldDescriptor* field = nullptr;
  const v1::FieldRule* rule = nullptr;
  NodePtr fallback = {};  // the default, parsed; null without one
};

struct MessageRules {
  std::vector<FieldRules> fields;         // without those that the loader fills in by itself
  std::vector<std::string> names;         // of these fields, in the same order
  const FieldRules* shorthand = nullptr;  // what a bare scalar or list stands for; may be null
  // Oneofs of which exactly one member must be there.
  std::vector<const google::protobuf::OneofDescriptor*> required_oneofs;

  const FieldRules* find(std::string_view name) const;
};

class Rules {
 public:
  Rules() = default;
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;

  // The reference stays valid as long as this object.
  const MessageRules& of(const google::protobuf::Descriptor* message);

 private:
  NodePtr parse_fallback(const google::protobuf::FieldDescriptor* field, const std::string& text);

  std::map<const google::protobuf::Descriptor*, MessageRules> messages_;
  std::deque<Source> fallback_texts_;
};

const v1::FieldRule& rule_of(const google::protobuf::FieldDescriptor* field);

// Whether people do not write the field: the unit of a Quantity follows from its value.
bool is_filled_in(const google::protobuf::FieldDescriptor* field);

// The real oneof that the field belongs to; null for none (`optional` makes none).
const google::protobuf::OneofDescriptor* oneof_of(const google::protobuf::FieldDescriptor* field);

// The message of the field's values, those of a map included; null when they are scalars.
const google::protobuf::Descriptor* message_of(const google::protobuf::FieldDescriptor* field);

// How people write an enum's values: lower case, without the enum's name: cool for STATE_COOL. The
// unspecified one is left out.
std::vector<std::string> names_of_values(const google::protobuf::EnumDescriptor* type);
std::string written(const google::protobuf::EnumValueDescriptor* value);

}  // namespace chokepoint
