#include "scenarios/loader/read_scalar.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "scenarios/base/assert.h"
#include "scenarios/base/instant.h"
#include "scenarios/base/nearest.h"
#include "scenarios/loader/rules.h"

namespace chokepoint {
namespace {

using google::protobuf::FieldDescriptor;

std::string example_hint(const v1::FieldRule& rule) {
  if (!rule.example().empty()) return fmt::format("for example {}", rule.example());
  return fmt::format("for example {}", example_of(rule.unit()));
}

// The error with an example of this very field in place of the unit's own.
Error with_example(Error error, const v1::FieldRule& rule) {
  if (error.hint.starts_with("for example") && !rule.example().empty() &&
      rule.unit() != v1::UNIT_ANY) {
    error.hint = example_hint(rule);
  }
  return error;
}

std::optional<Error> outside_range(double value, std::string_view text, const v1::FieldRule& rule) {
  const bool too_small =
      rule.has_min() && (rule.above_min() ? value <= rule.min() : value < rule.min());
  const bool too_large = rule.has_max() && value > rule.max();
  if (!too_small && !too_large) return std::nullopt;
  return Error{
      .message = fmt::format("'{}' is out of range: it must be {}", text, range_in_words(rule)),
      .hint = rule.example().empty() ? "" : example_hint(rule)};
}

Result<Scalar> read_number(std::string_view text, const v1::FieldRule& rule) {
  const Result<Number> number = parse_quantity(text, rule.unit());
  if (!number) return with_example(number.error(), rule);
  if (auto error = outside_range(number->value, text, rule)) return *error;
  return Scalar{*number};
}

Result<Scalar> read_count(std::string_view text, const v1::FieldRule& rule) {
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                   [](char c) { return c >= '0' && c <= '9'; });
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (!digits || error != std::errc{} || end != text.data() + text.size()) {
    const bool large = digits && error == std::errc::result_out_of_range;
    return Error{.message = large ? fmt::format("'{}' is too large", text)
                                  : fmt::format("'{}' is not a whole number", text),
                 .hint = rule.example().empty() ? "a count is written bare, for example 12"
                                                : example_hint(rule)};
  }
  if (auto problem = outside_range(count, text, rule)) return *problem;
  return Scalar{count};
}

Result<Scalar> read_bool(std::string_view text) {
  if (text == "true") return Scalar{true};
  if (text == "false") return Scalar{false};
  return Error{.message = fmt::format("'{}' is neither true nor false", text)};
}

Result<Scalar> read_enum(std::string_view text, const google::protobuf::EnumDescriptor* type) {
  for (int i = 1; i < type->value_count(); ++i) {
    if (written(type->value(i)) == text) return Scalar{type->value(i)->number()};
  }
  const std::vector<std::string> known = names_of_values(type);
  const std::string meant = nearest(text, known);
  return Error{.message = fmt::format("'{}' is not one of {}", text, fmt::join(known, ", ")),
               .hint = meant.empty() ? "" : fmt::format("did you mean '{}'?", meant)};
}

Result<Scalar> read_text(std::string_view text, const v1::FieldRule& rule) {
  if (rule.unit() == v1::UNIT_INSTANT) {
    if (const auto instant = parse_instant(text); !instant) return instant.error();
  }
  if (text.empty() && (rule.required() || rule.refers_to() != v1::REFERENT_NONE)) {
    return Error{.message = "must not be empty",
                 .hint = rule.example().empty() ? "" : example_hint(rule)};
  }
  if (std::string wrong = misspelt(text, rule.spelling()); !wrong.empty()) {
    return Error{.message = std::move(wrong)};
  }
  const auto& allowed = rule.one_of();
  if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), text) == allowed.end()) {
    return Error{.message = fmt::format("'{}' is not one of {}", text, fmt::join(allowed, ", "))};
  }
  return Scalar{std::string(text)};
}

bool is_name(std::string_view name) {
  return !name.empty() && name[0] != '-' && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

std::string misspelt(std::string_view name, v1::Spelling spelling) {
  constexpr std::string_view kLetters =
      "lower-case letters, digits and dashes, a letter or digit first";
  switch (spelling) {
    case v1::SPELLING_NAME:
      if (is_name(name)) return {};
      return fmt::format("'{}' is not a name: {}", name, kLetters);
    case v1::SPELLING_PATH:
      for (std::size_t from = 0; from <= name.size();) {
        const std::size_t slash = std::min(name.find('/', from), name.size());
        if (!is_name(name.substr(from, slash - from))) {
          return fmt::format("'{}' is not a path: names joined by slashes; {}", name, kLetters);
        }
        from = slash + 1;
      }
      return {};
    case v1::SPELLING_FREE:
    case v1::Spelling_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Spelling_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return {};
}

std::string range_in_words(const v1::FieldRule& rule) {
  const std::string min = format_quantity(rule.min(), rule.unit());
  const std::string max = format_quantity(rule.max(), rule.unit());
  if (!rule.has_min()) return rule.has_max() ? fmt::format("at most {}", max) : "";
  if (!rule.has_max())
    return fmt::format("{} {}", rule.above_min() ? "more than" : "at least", min);
  if (rule.above_min()) return fmt::format("more than {} and at most {}", min, max);
  return fmt::format("from {} to {}", min, max);
}

Result<Scalar> read_scalar(std::string_view text, const FieldDescriptor* field,
                           const v1::FieldRule& rule) {
  switch (field->type()) {
    case FieldDescriptor::TYPE_DOUBLE:
      return read_number(text, rule);
    case FieldDescriptor::TYPE_UINT32:
      return read_count(text, rule);
    case FieldDescriptor::TYPE_BOOL:
      return read_bool(text);
    case FieldDescriptor::TYPE_STRING:
      return read_text(text, rule);
    case FieldDescriptor::TYPE_ENUM:
      return read_enum(text, field->enum_type());
    default:
      break;
  }
  CHOKEPOINT_ASSERT(field == nullptr, "a field type that scenarios do not use");
  return Scalar{false};
}

void store(const Scalar& value, google::protobuf::Message& message, const FieldDescriptor* field) {
  const google::protobuf::Reflection& fields = *message.GetReflection();
  const bool add = field->is_repeated();
  if (const auto* number = std::get_if<Number>(&value)) {
    add ? fields.AddDouble(&message, field, number->value)
        : fields.SetDouble(&message, field, number->value);
    if (rule_of(field).unit() == v1::UNIT_ANY) {
      const FieldDescriptor* unit = message.GetDescriptor()->FindFieldByName("unit");
      fields.SetEnumValue(&message, unit, number->unit);
    }
  } else if (const auto* count = std::get_if<std::uint32_t>(&value)) {
    add ? fields.AddUInt32(&message, field, *count) : fields.SetUInt32(&message, field, *count);
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    add ? fields.AddBool(&message, field, *flag) : fields.SetBool(&message, field, *flag);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    add ? fields.AddString(&message, field, *text) : fields.SetString(&message, field, *text);
  } else {
    const int number_of_enum = std::get<int>(value);
    add ? fields.AddEnumValue(&message, field, number_of_enum)
        : fields.SetEnumValue(&message, field, number_of_enum);
  }
}

}  // namespace chokepoint
