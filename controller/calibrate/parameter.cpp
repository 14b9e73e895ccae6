#include "controller/calibrate/parameter.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>
#include <vector>

namespace chokepoint::controller {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr double kByRatioFrom = 10;

bool is_by_ratio(const FreeParameter& parameter) {
  return parameter.from > 0 && parameter.to >= kByRatioFrom * parameter.from;
}

bool is_whole(const FreeParameter& parameter) {
  return parameter.unit == v1::UNIT_NONE && parameter.from == std::round(parameter.from) &&
         parameter.to == std::round(parameter.to);
}

Error refusal(const std::string& text, const std::string& why) {
  return {.message = fmt::format("--free: '{}' {}", text, why),
          .hint = "write PATH=FROM..TO, for example components.book.quorum.boot=100ms..10s"};
}

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= path.size();) {
    const std::size_t dot = std::min(path.find('.', from), path.size());
    parts.push_back(path.substr(from, dot - from));
    from = dot + 1;
  }
  return parts;
}

std::optional<double> number_of(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  if (field.is_repeated()) return std::nullopt;
  if (field.has_presence() && !reflection.HasField(message, &field)) return std::nullopt;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.GetDouble(message, &field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.GetUInt32(message, &field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<double>(reflection.GetUInt64(message, &field));
    default:
      return std::nullopt;
  }
}

// What a single value in place of the message stands for.
std::optional<double> shorthand_of(const Message& message) {
  const auto* type = message.GetDescriptor();
  const FieldDescriptor* field =
      type->FindFieldByName(type->options().GetExtension(v1::message_rule).shorthand());
  return field == nullptr ? std::nullopt : number_of(message, *field);
}

// The value of a map's entry; null if there is none of this key.
const Message* entry_of(const Message& message, const FieldDescriptor& map,
                        const std::string& key) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, &map); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &map, i);
    const auto* type = entry.GetDescriptor();
    if (entry.GetReflection()->GetString(entry, type->map_key()) != key) continue;
    if (type->map_value()->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return nullptr;
    return &entry.GetReflection()->GetMessage(entry, type->map_value());
  }
  return nullptr;
}

}  // namespace

Result<FreeParameter> parse_parameter(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) return refusal(text, "names no path and range");
  const std::size_t dots = text.find("..", equals);
  if (dots == std::string::npos) return refusal(text, "has no range");
  const Result<Number> from =
      parse_quantity(text.substr(equals + 1, dots - equals - 1), v1::UNIT_ANY);
  if (!from)
    return refusal(text, "has a range that begins with no quantity: " + from.error().message);
  const Result<Number> to = parse_quantity(text.substr(dots + 2), v1::UNIT_ANY);
  if (!to) return refusal(text, "has a range that ends with no quantity: " + to.error().message);
  if (from->unit != to->unit) return refusal(text, "has a range from one unit to another");
  if (from->value >= to->value) return refusal(text, "has an empty range");
  return FreeParameter{
      .path = text.substr(0, equals), .unit = from->unit, .from = from->value, .to = to->value};
}

std::string value_at(const FreeParameter& parameter, double share) {
  const double value = is_by_ratio(parameter)
                           ? parameter.from * std::pow(parameter.to / parameter.from, share)
                           : parameter.from + share * (parameter.to - parameter.from);
  if (is_whole(parameter)) return fmt::format("{}", std::round(value));
  return format_quantity(value, parameter.unit);
}

double share_of(const FreeParameter& parameter, double value) {
  if (!is_by_ratio(parameter)) return (value - parameter.from) / (parameter.to - parameter.from);
  if (value <= 0) return -1;
  return std::log(value / parameter.from) / std::log(parameter.to / parameter.from);
}

std::optional<double> number_at(const v1::Scenario& scenario, const std::string& path) {
  const Message* message = &scenario;
  const std::vector<std::string> parts = parts_of(path);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(parts[i]);
    if (field == nullptr) return std::nullopt;
    if (field->is_map()) {
      if (++i >= parts.size()) return std::nullopt;
      message = entry_of(*message, *field, parts[i]);
      if (message == nullptr) return std::nullopt;
      continue;
    }
    const bool is_last = i + 1 == parts.size();
    if (is_last && field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return number_of(*message, *field);
    }
    if (field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE ||
        !message->GetReflection()->HasField(*message, field)) {
      return std::nullopt;
    }
    message = &message->GetReflection()->GetMessage(*message, field);
    if (is_last) return shorthand_of(*message);
  }
  return std::nullopt;
}

}  // namespace chokepoint::controller
