#include "controller/calibrate/parameter.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

namespace chokepoint::controller {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

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
  const Result<Range> range = parse_range(text.substr(equals + 1));
  if (!range) return refusal(text, range.error().message);
  return FreeParameter{.path = text.substr(0, equals), .range = *range};
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
