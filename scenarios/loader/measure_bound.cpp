#include "scenarios/loader/measure_bound.h"

#include <fmt/format.h>

#include "scenarios/base/measures.h"
#include "scenarios/base/nearest.h"
#include "scenarios/base/spellings.h"

namespace chokepoint {

std::string_view scope_of(const v1::MeasureBound& bound) {
  switch (bound.subject_case()) {
    case v1::MeasureBound::kCapability:
      return "capability";
    case v1::MeasureBound::kComponent:
      return "component";
    case v1::MeasureBound::kPlace:
      return "place";
    case v1::MeasureBound::kUsers:
      return "users";
    case v1::MeasureBound::SUBJECT_NOT_SET:
      return "";
  }
  return "";
}

std::string subject_of(const v1::MeasureBound& bound) {
  switch (bound.subject_case()) {
    case v1::MeasureBound::kCapability:
      return bound.capability();
    case v1::MeasureBound::kComponent:
      return bound.component();
    case v1::MeasureBound::kPlace:
      return bound.place();
    case v1::MeasureBound::kUsers:
      return bound.users();
    case v1::MeasureBound::SUBJECT_NOT_SET:
      return "";
  }
  return "";
}

std::vector<BoundMistake> mistakes_of(const v1::MeasureBound& bound) {
  const std::string_view scope = scope_of(bound);
  if (scope.empty() || bound.name().empty()) return {};
  const MeasureInfo* measure = find_measure(scope, bound.name());
  if (measure == nullptr) {
    std::vector<std::string> known;
    for (const MeasureInfo& info : known_measures()) {
      if (info.scope == scope) known.emplace_back(info.name);
    }
    return {{"name", fmt::format("there is no measure '{}' of {}", bound.name(), scope),
             hint_for_unknown(bound.name(), known, "known measures")}};
  }
  std::vector<BoundMistake> mistakes;
  const auto check_unit = [&](std::string_view field, bool is_there, const v1::Quantity& bounded) {
    if (!is_there || bounded.unit() == measure->unit) return;
    mistakes.push_back({field, fmt::format("'{}' is {}, but the measure '{}' is {}", field,
                                           name_of(bounded.unit()), measure->name,
                                           name_of(measure->unit))});
  };
  check_unit("value", bound.has_value(), bound.value());
  check_unit("at_most", bound.has_at_most(), bound.at_most());
  check_unit("at_least", bound.has_at_least(), bound.at_least());
  if (bound.has_at_most() && bound.has_at_least() &&
      bound.at_most().unit() == bound.at_least().unit() &&
      bound.at_most().value() < bound.at_least().value()) {
    mistakes.push_back({"at_most", "no number is that large and that small at once"});
  }
  return mistakes;
}

}  // namespace chokepoint
