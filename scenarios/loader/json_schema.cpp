#include "scenarios/loader/json_schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "chokepoint/v1/scenario.pb.h"
#include "scenarios/base/quantity.h"
#include "scenarios/loader/comments.h"
#include "scenarios/loader/json_value.h"
#include "scenarios/loader/patterns.h"
#include "scenarios/loader/read_scalar.h"
#include "scenarios/loader/rules.h"

namespace chokepoint {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::OneofDescriptor;

// A variant is a partial scenario: nothing in it is required, and null takes away.
enum class Extent { whole, partial };

std::string definition_name(const Descriptor* type, Extent extent) {
  return extent == Extent::whole ? type->name() : "Partial" + type->name();
}

Json any_of(std::vector<Json> choices) {
  return Json::object({{"anyOf", Json::list(std::move(choices))}});
}

// An empty entry, "name:", stands for an empty mapping.
Json mapping_type(bool or_null) {
  if (!or_null) return Json::text("object");
  return Json::list({Json::text("object"), Json::text("null")});
}

Json null_value() { return Json::object({{"type", Json::text("null")}}); }

Json required(const std::vector<std::string>& names) {
  Json list = Json::list();
  for (const std::string& name : names) list.add(Json::text(name));
  return Json::object({{"required", list}});
}

Json none_of(std::vector<Json> choices) {
  return Json::object({{"not", any_of(std::move(choices))}});
}

class SchemaWriter {
 public:
  Json write() {
    Json schema = Json::object();
    schema.set("$schema", Json::text("http://json-schema.org/draft-07/schema#"));
    schema.set("title", Json::text("Chokepoint scenario"));
    schema.set("allOf", Json::list({reference(v1::Scenario::descriptor(), Extent::whole)}));
    while (!wanted_.empty()) {
      const auto [name, type, extent] = wanted_.back();
      wanted_.pop_back();
      definitions_.emplace(name, message(type, extent));
    }
    Json definitions = Json::object();
    for (const auto& [name, definition] : definitions_) definitions.set(name, definition);
    return schema.set("definitions", definitions);
  }

 private:
  struct Wanted {
    std::string name;
    const Descriptor* type;
    Extent extent;
  };

  Json reference(const Descriptor* type, Extent extent) {
    const std::string name = definition_name(type, extent);
    if (known_.insert(name).second) wanted_.push_back({name, type, extent});
    return Json::object({{"$ref", Json::text("#/definitions/" + name)}});
  }

  Json message(const Descriptor* type, Extent extent) {
    const MessageRules& rules = rules_.of(type);
    std::vector<Json> forms = {mapping(rules, type, extent)};
    if (rules.shorthand != nullptr) forms.push_back(field_value(*rules.shorthand, extent));
    if (forms.size() == 1) return described(forms[0], comments_.of(type));
    return described(any_of(std::move(forms)), comments_.of(type));
  }

  static bool may_be_empty(const MessageRules& rules) {
    return rules.required_oneofs.empty() &&
           std::none_of(rules.fields.begin(), rules.fields.end(),
                        [](const FieldRules& field) { return field.rule->required(); });
  }

  Json mapping(const MessageRules& rules, const Descriptor* type, Extent extent) {
    Json properties = Json::object();
    std::vector<std::string> needed;
    for (const FieldRules& field : rules.fields) {
      const bool is_variants = field.field->name() == "variants";
      if (is_variants && extent == Extent::partial) continue;
      properties.set(field.field->name(), property(field, extent));
      if (field.rule->required()) needed.push_back(field.field->name());
    }
    const bool or_null = extent == Extent::whole && may_be_empty(rules);
    Json object = Json::object({{"type", mapping_type(or_null)}, {"properties", properties}});
    object.set("additionalProperties", Json::boolean_false());
    if (extent == Extent::partial) return object;
    if (!needed.empty()) {
      Json names = Json::list();
      for (const std::string& name : needed) names.add(Json::text(name));
      object.set("required", names);
    }
    Json all = exclusions(rules, type);
    return all.is_empty() ? object : object.set("allOf", all);
  }

  // What cannot stand beside what, and of what one must be there.
  Json exclusions(const MessageRules& rules, const Descriptor* type) {
    Json all = Json::list();
    for (int i = 0; i < type->real_oneof_decl_count(); ++i) {
      const OneofDescriptor* oneof = type->oneof_decl(i);
      const bool needed = std::find(rules.required_oneofs.begin(), rules.required_oneofs.end(),
                                    oneof) != rules.required_oneofs.end();
      std::vector<Json> choices;
      for (int j = 0; j < oneof->field_count(); ++j) {
        choices.push_back(required({oneof->field(j)->name()}));
      }
      if (!needed) choices.push_back(none_of(choices));
      all.add(Json::object({{"oneOf", Json::list(std::move(choices))}}));
    }
    for (const FieldRules& field : rules.fields) {
      for (const std::string& other : field.rule->excludes()) {
        const bool told_by_other = other < field.field->name() && excludes(rules, other, field);
        if (told_by_other) continue;
        all.add(Json::object({{"not", required({field.field->name(), other})}}));
      }
    }
    return all;
  }

  static bool excludes(const MessageRules& rules, const std::string& name,
                       const FieldRules& other) {
    const auto& excluded = rules.find(name)->rule->excludes();
    return std::find(excluded.begin(), excluded.end(), other.field->name()) != excluded.end();
  }

  Json property(const FieldRules& field, Extent extent) {
    Json value = field_value(field, extent);
    if (extent == Extent::partial) value = any_of({value, null_value()});
    value = described(value, description_of(field));
    if (!field.rule->default_().empty()) set_default(value, field);
    if (!field.rule->example().empty() && message_of(field.field) == nullptr) {
      value.set("examples", Json::list({Json::text(field.rule->example())}));
    }
    return value;
  }

  static void set_default(Json& value, const FieldRules& field) {
    const std::string& text = field.rule->default_();
    if (field.field->type() == FieldDescriptor::TYPE_BOOL) {
      value.set("default", text == "true" ? Json::boolean_true() : Json::boolean_false());
    } else if (field.field->type() == FieldDescriptor::TYPE_UINT32) {
      value.set("default", Json::number(std::stod(text)));
    } else if (!text.starts_with('{')) {
      value.set("default", Json::text(text));
    }
  }

  std::string description_of(const FieldRules& field) {
    std::string text = comments_.of(field.field);
    const auto add = [&](const std::string& sentence) {
      if (!text.empty()) text += ' ';
      text += sentence;
    };
    const v1::FieldRule& rule = *field.rule;
    if (rule.unit() != v1::UNIT_NONE && !range_in_words(rule).empty()) {
      add(fmt::format("Range: {}.", range_in_words(rule)));
    }
    if (rule.default_().starts_with('{')) add(fmt::format("Default: {}.", rule.default_()));
    if (field.field->type() == FieldDescriptor::TYPE_ENUM) {
      const EnumDescriptor* type = field.field->enum_type();
      for (int i = 1; i < type->value_count(); ++i) {
        const std::string about = comments_.of(type->value(i));
        if (!about.empty()) text += fmt::format("\n{}: {}", written(type->value(i)), about);
      }
    }
    return text;
  }

  static Json described(Json schema, const std::string& description) {
    // Beside a $ref draft-07 ignores everything.
    if (schema.has("$ref")) schema = Json::object({{"allOf", Json::list({std::move(schema)})}});
    return description.empty() ? schema : schema.set_first("description", Json::text(description));
  }

  Json field_value(const FieldRules& field, Extent extent) {
    if (field.field->is_map()) return map(field, extent);
    Json one = single(field, field.field, extent);
    if (!field.field->is_repeated()) return one;
    Json list = Json::object({{"type", Json::text("array")}, {"items", one}});
    if (field.rule->required()) list.set("minItems", Json::number(1));
    return any_of(field.rule->required() ? std::vector{list, one}
                                         : std::vector{list, one, null_value()});
  }

  Json map(const FieldRules& field, Extent extent) {
    const bool of_variants = field.field->name() == "variants";
    const Extent inside = of_variants ? Extent::partial : extent;
    Json value = single(field, field.field->message_type()->map_value(), inside);
    if (inside == Extent::partial) value = any_of({value, null_value()});
    Json object = Json::object({{"type", mapping_type(!field.rule->required())}});
    if (const std::string pattern = key_pattern(*field.rule); !pattern.empty()) {
      object.set("propertyNames", Json::object({{"pattern", Json::text(pattern)}}));
    }
    object.set("additionalProperties", value);
    const bool never_empty = field.rule->required() && extent == Extent::whole;
    return never_empty ? object.set("minProperties", Json::number(1)) : object;
  }

  // `target` is the field itself, or the value of an entry of the map that the rules are about.
  Json single(const FieldRules& field, const FieldDescriptor* target, Extent extent) {
    if (target->type() == FieldDescriptor::TYPE_MESSAGE) {
      return reference(target->message_type(), extent);
    }
    return scalar_schema(target, *field.rule);
  }

  Comments comments_;
  Rules rules_;
  std::set<std::string> known_;
  std::vector<Wanted> wanted_;
  std::map<std::string, Json> definitions_;
};

}  // namespace

std::string json_schema() { return SchemaWriter().write().print(); }

}  // namespace chokepoint
