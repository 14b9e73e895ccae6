#include "scenarios/loader/patterns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "scenarios/base/assert.h"
#include "scenarios/base/spellings.h"
#include "scenarios/loader/rules.h"

namespace chokepoint {
namespace {

using google::protobuf::FieldDescriptor;

constexpr std::string_view kNumber = R"([0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?)";
constexpr std::string_view kName = "[a-z0-9][a-z0-9-]*";

std::string units_of(v1::Unit unit) {
  std::vector<std::string_view> units;
  for (const UnitSpelling& spelling : spellings()) {
    if (spelling.unit == unit) units.push_back(spelling.text);
  }
  return fmt::format("({})", fmt::join(units, "|"));
}

// Without the anchors.
std::string quantity_pattern(v1::Unit unit) {
  const std::string units = units_of(unit);
  switch (unit) {
    case v1::UNIT_DURATION:
      return fmt::format("([0-9]+{})*{}{}", units, kNumber, units);
    case v1::UNIT_TEMPERATURE:
    case v1::UNIT_TEMPERATURE_RATE:
      return fmt::format("-?{}{}", kNumber, units);
    case v1::UNIT_MONEY:
      return fmt::format(R"({}{}|\${}(k|M|bn|tn)?)", kNumber, units, kNumber);
    case v1::UNIT_RATE:
    case v1::UNIT_RATIO:
    case v1::UNIT_BYTES:
    case v1::UNIT_BANDWIDTH:
      return fmt::format("{}{}", kNumber, units);
    case v1::UNIT_NONE:
    case v1::UNIT_INSTANT:
    case v1::UNIT_ANY:
    case v1::Unit_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Unit_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return {};
}

std::string any_quantity_pattern() {
  std::vector<std::string> patterns;
  for (const v1::Unit unit :
       {v1::UNIT_DURATION, v1::UNIT_RATE, v1::UNIT_RATIO, v1::UNIT_BYTES, v1::UNIT_BANDWIDTH,
        v1::UNIT_TEMPERATURE, v1::UNIT_TEMPERATURE_RATE, v1::UNIT_MONEY}) {
    patterns.push_back(quantity_pattern(unit));
  }
  return fmt::format("{}", fmt::join(patterns, "|"));
}

Json text_like(const std::string& pattern) {
  return Json::object(
      {{"type", Json::text("string")}, {"pattern", Json::text(fmt::format("^({})$", pattern))}});
}

void set_range(Json& schema, const v1::FieldRule& rule) {
  if (rule.has_min())
    schema.set(rule.above_min() ? "exclusiveMinimum" : "minimum", Json::number(rule.min()));
  if (rule.has_max()) schema.set("maximum", Json::number(rule.max()));
}

Json number_schema(const v1::FieldRule& rule) {
  if (rule.unit() == v1::UNIT_ANY) {
    return Json::object({{"anyOf", Json::list({text_like(any_quantity_pattern()),
                                               Json::object({{"type", Json::text("number")}})})}});
  }
  if (rule.unit() != v1::UNIT_NONE) return text_like(quantity_pattern(rule.unit()));
  Json schema = Json::object({{"type", Json::text("number")}});
  set_range(schema, rule);
  return schema;
}

Json count_schema(const v1::FieldRule& rule) {
  Json schema = Json::object({{"type", Json::text("integer")}, {"minimum", Json::number(0)}});
  set_range(schema, rule);
  return schema;
}

template <class Texts>
Json choice(const Texts& texts) {
  Json list = Json::list();
  for (const std::string& text : texts) list.add(Json::text(text));
  return Json::object({{"enum", list}});
}

std::string spelling_pattern(v1::Spelling spelling) {
  switch (spelling) {
    case v1::SPELLING_NAME:
      return std::string(kName);
    case v1::SPELLING_PATH:
      return fmt::format("{0}(/{0})*", kName);
    case v1::SPELLING_FREE:
    case v1::Spelling_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Spelling_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return {};
}

Json text_schema(const v1::FieldRule& rule) {
  if (rule.unit() == v1::UNIT_INSTANT) {
    return text_like("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");
  }
  if (!rule.one_of().empty()) return choice(rule.one_of());
  const std::string pattern = spelling_pattern(rule.spelling());
  if (!pattern.empty()) return text_like(pattern);
  return Json::object({{"type", Json::text("string")}});
}

}  // namespace

Json scalar_schema(const FieldDescriptor* field, const v1::FieldRule& rule) {
  switch (field->type()) {
    case FieldDescriptor::TYPE_DOUBLE:
      return number_schema(rule);
    case FieldDescriptor::TYPE_UINT32:
      return count_schema(rule);
    case FieldDescriptor::TYPE_BOOL:
      return Json::object({{"type", Json::text("boolean")}});
    case FieldDescriptor::TYPE_STRING:
      return text_schema(rule);
    case FieldDescriptor::TYPE_ENUM:
      return choice(names_of_values(field->enum_type()));
    default:
      break;
  }
  CHOKEPOINT_ASSERT(field == nullptr, "a field type that scenarios do not use");
  return {};
}

std::string key_pattern(const v1::FieldRule& rule) {
  if (rule.keys_refer_to() != v1::REFERENT_NONE) return {};
  const bool free = rule.spelling() == v1::SPELLING_FREE;
  return fmt::format("^({})$", spelling_pattern(free ? v1::SPELLING_NAME : rule.spelling()));
}

}  // namespace chokepoint
