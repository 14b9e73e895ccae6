#include "scenarios/loader/rules.h"

#include <algorithm>
#include <cctype>

#include "scenarios/base/assert.h"

namespace chokepoint {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::OneofDescriptor;

const v1::FieldRule& rule_of(const FieldDescriptor* field) {
  return field->options().GetExtension(v1::rule);
}

bool is_filled_in(const FieldDescriptor* field) {
  return field->type() == FieldDescriptor::TYPE_ENUM && field->enum_type() == v1::Unit_descriptor();
}

const OneofDescriptor* oneof_of(const FieldDescriptor* field) {
  return field->real_containing_oneof();
}

const Descriptor* message_of(const FieldDescriptor* field) {
  const FieldDescriptor* value = field->is_map() ? field->message_type()->map_value() : field;
  return value->type() == FieldDescriptor::TYPE_MESSAGE ? value->message_type() : nullptr;
}

std::string written(const EnumValueDescriptor* value) {
  // PAST_LIMIT_CRASH of PastLimit is crash.
  const std::string& type = value->type()->name();
  const auto words =
      std::count_if(type.begin(), type.end(), [](unsigned char c) { return std::isupper(c) != 0; });
  std::string name = value->name().substr(type.size() + static_cast<std::size_t>(words));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

std::vector<std::string> names_of_values(const EnumDescriptor* type) {
  std::vector<std::string> names;
  for (int i = 1; i < type->value_count(); ++i) names.push_back(written(type->value(i)));
  return names;
}

const FieldRules* MessageRules::find(std::string_view name) const {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return &fields[i];
  }
  return nullptr;
}

NodePtr Rules::parse_fallback(const FieldDescriptor* field, const std::string& text) {
  if (text.empty()) return nullptr;
  const Source& source = fallback_texts_.emplace_back(field->full_name(), text, 0);
  Problems problems;
  NodePtr node = parse_document(source, problems);
  CHOKEPOINT_ASSERT(node != nullptr && problems.empty(), "a default of the schema is not YAML");
  return node;
}

const MessageRules& Rules::of(const Descriptor* message) {
  const auto [at, is_new] = messages_.try_emplace(message);
  MessageRules& rules = at->second;
  if (!is_new) return rules;
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    if (is_filled_in(field)) continue;
    const v1::FieldRule& rule = rule_of(field);
    rules.fields.push_back({field, &rule, parse_fallback(field, rule.default_())});
    rules.names.push_back(field->name());
  }
  const std::string& shorthand = message->options().GetExtension(v1::message_rule).shorthand();
  if (!shorthand.empty()) rules.shorthand = rules.find(shorthand);
  for (int i = 0; i < message->real_oneof_decl_count(); ++i) {
    const OneofDescriptor* oneof = message->oneof_decl(i);
    if (oneof->options().GetExtension(v1::one_required)) rules.required_oneofs.push_back(oneof);
  }
  return rules;
}

}  // namespace chokepoint
