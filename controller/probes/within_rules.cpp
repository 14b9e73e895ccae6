#include "controller/probes/within_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "scenarios/base/quantity.h"
#include "scenarios/loader/rules.h"

namespace chokepoint::controller {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

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

Status items_within(const Message& message, const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return Ok{};
  const auto& values = *message.GetReflection();
  for (int i = 0; i < values.FieldSize(message, &field); ++i) {
    if (Status item = within_rules(values.GetRepeatedMessage(message, &field, i)); !item) {
      return item;
    }
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
    const bool may_be_absent = field.has_presence() && !values.HasField(message, &field);
    if (may_be_absent) continue;
    Status within =
        field.is_repeated() ? items_within(message, field) : field_within(message, field);
    if (!within) return within;
  }
  return Ok{};
}

}  // namespace chokepoint::controller
