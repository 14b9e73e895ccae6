#include "controller/probes/within_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "controller/probes/one_line.h"
#include "scenarios/base/quantity.h"
#include "scenarios/loader/read_scalar.h"
#include "scenarios/loader/rules.h"

namespace chokepoint::controller {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t kShown = 40;  // bytes of what strangers wrote

Error breach(const FieldDescriptor& field, const std::string& why) {
  return {
      .code = Code::invalid_input,
      .message = fmt::format("{} of {} {}", field.name(), field.containing_type()->name(), why)};
}

Status number_within(const FieldDescriptor& field, double value) {
  const v1::FieldRule& rule = rule_of(&field);
  if (std::isnan(value)) return breach(field, "is not a number");
  const auto written = [&](double limit) { return format_quantity(limit, rule.unit()); };
  if (rule.has_min() && (value < rule.min() || (rule.above_min() && value == rule.min()))) {
    return breach(field,
                  fmt::format("is {}, and must be {} {}", written(value),
                              rule.above_min() ? "more than" : "at least", written(rule.min())));
  }
  if (rule.has_max() && value > rule.max()) {
    return breach(
        field, fmt::format("is {}, and must be at most {}", written(value), written(rule.max())));
  }
  return Ok{};
}

Status text_within(const FieldDescriptor& field, const std::string& value) {
  const v1::FieldRule& rule = rule_of(&field);
  if (rule.required() && value.empty()) return breach(field, "is missing");
  if (!value.empty() && !misspelt(value, rule.spelling()).empty()) {
    return breach(
        field, fmt::format("is no {}: '{}'", rule.spelling() == v1::SPELLING_PATH ? "path" : "name",
                           one_line(value, kShown)));
  }
  const auto& allowed = rule.one_of();
  if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
    return breach(field, fmt::format("must be one of {}", fmt::join(allowed, ", ")));
  }
  return Ok{};
}

Status field_within(const Message& message, const FieldDescriptor& field) {
  const auto& values = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return number_within(field, values.GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return number_within(field, values.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_STRING:
      return text_within(field, values.GetString(message, &field));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return values.HasField(message, &field) ? within_rules(values.GetMessage(message, &field))
                                              : Status(Ok{});
    default:  // nothing else has rules of this sort
      return Ok{};
  }
}

// As the loader does: keys are names, unless they are said to be something else.
Status key_within(const FieldDescriptor& field, const Message& entry) {
  const FieldDescriptor& key = *entry.GetDescriptor()->map_key();
  const v1::FieldRule& rule = rule_of(&field);
  const v1::Spelling spelling =
      rule.spelling() == v1::SPELLING_FREE ? v1::SPELLING_NAME : rule.spelling();
  const std::string value = entry.GetReflection()->GetString(entry, &key);
  if (misspelt(value, spelling).empty()) return Ok{};
  return breach(
      field, fmt::format("has a key that is no {}: '{}'",
                         spelling == v1::SPELLING_PATH ? "path" : "name", one_line(value, kShown)));
}

Status items_within(const Message& message, const FieldDescriptor& field) {
  const auto& values = *message.GetReflection();
  if (rule_of(&field).required() && values.FieldSize(message, &field) == 0) {
    return breach(field, "is missing");
  }
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return Ok{};
  for (int i = 0; i < values.FieldSize(message, &field); ++i) {
    const Message& item = values.GetRepeatedMessage(message, &field, i);
    if (field.is_map()) {
      if (Status key = key_within(field, item); !key) return key;
    }
    if (Status within = within_rules(item); !within) return within;
  }
  return Ok{};
}

}  // namespace

Status within_rules(const Message& message) {
  const auto& type = *message.GetDescriptor();
  const auto& values = *message.GetReflection();
  for (int i = 0; i < type.real_oneof_decl_count(); ++i) {
    const auto& one = *type.oneof_decl(i);
    if (one.options().GetExtension(v1::one_required) && !values.HasOneof(message, &one)) {
      return Error{.code = Code::invalid_input,
                   .message = fmt::format("{} of {} is missing", one.name(), type.name())};
    }
  }
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.has_presence() && !values.HasField(message, &field)) {
      const bool is_wanted = rule_of(&field).required() && field.containing_oneof() == nullptr;
      if (is_wanted) return breach(field, "is missing");
      continue;
    }
    Status within =
        field.is_repeated() ? items_within(message, field) : field_within(message, field);
    if (!within) return within;
  }
  return Ok{};
}

}  // namespace chokepoint::controller
