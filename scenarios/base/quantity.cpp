#include "scenarios/base/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "scenarios/base/assert.h"
#include "scenarios/base/nearest.h"
#include "scenarios/base/spellings.h"

namespace chokepoint {
namespace {

// One number and what follows it.
struct Token {
  double value = 0;
  std::string_view unit;
};

Error refusal(std::string message, std::string hint) {
  return Error{.message = std::move(message), .hint = std::move(hint)};
}

std::string for_example(v1::Unit unit) { return fmt::format("for example {}", example_of(unit)); }

// Takes the number off the front of `rest`; nothing when none is there, as in "inf" or "+3".
std::optional<double> take_number(std::string_view& rest) {
  const std::size_t first = rest.starts_with('-') ? 1 : 0;
  if (rest.size() <= first || rest[first] < '0' || rest[first] > '9') return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error != std::errc{} || !std::isfinite(value)) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return value;
}

std::string_view take_unit(std::string_view& rest) {
  const auto* digit = std::find_if(rest.begin(), rest.end(),
                                   [](char c) { return (c >= '0' && c <= '9') || c == '-'; });
  const std::string_view unit = rest.substr(0, static_cast<std::size_t>(digit - rest.begin()));
  rest.remove_prefix(unit.size());
  return unit;
}

// $290 and $7bn are 290USD and 7bnUSD.
std::string with_dollars_behind(std::string_view text) {
  if (!text.starts_with('$')) return std::string(text);
  return std::string(text.substr(1)) + "USD";
}

const UnitSpelling* spelling_of(std::string_view unit) {
  const auto all = spellings();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const UnitSpelling& s) { return s.text == unit; });
  return found == all.end() ? nullptr : &*found;
}

bool may_be_negative(v1::Unit unit) {
  return unit == v1::UNIT_NONE || unit == v1::UNIT_TEMPERATURE || unit == v1::UNIT_TEMPERATURE_RATE;
}

// 2Gb, 10KB, 10Gb/s, 100Mbps: bits or bytes, 1000 or 1024? Both candidates are named.
std::optional<Error> ambiguous(const Token& token, std::string_view text) {
  std::string_view unit = token.unit;
  const bool rate = unit.ends_with("/s") || unit.ends_with("ps");
  if (rate) unit.remove_suffix(2);
  if (unit.size() != 2 || std::string_view("kKMGTP").find(unit[0]) == std::string_view::npos) {
    return std::nullopt;
  }
  const char* per_second = rate ? "/s" : "";
  const char prefix = unit[0] == 'K' ? 'k' : unit[0];
  if (unit[1] == 'b') {
    const std::string bits = rate ? fmt::format("{}{}bit/s", token.value, prefix)
                                  : fmt::format("{}{}B", token.value / 8, prefix);
    return refusal(
        fmt::format("'{}' is ambiguous: bits or bytes?", text),
        fmt::format("write {}{}B{} for bytes, {} for bits", token.value, prefix, per_second, bits));
  }
  if (unit == "KB") {
    return refusal(fmt::format("'{}' is ambiguous: 1000 or 1024 bytes?", text),
                   fmt::format("write {0}kB{1} or {0}KiB{1}", token.value, per_second));
  }
  return std::nullopt;
}

Error unknown_unit(const Token& token, std::string_view text, v1::Unit wanted) {
  if (auto error = ambiguous(token, text)) return *error;
  if (token.unit.starts_with(' ') || token.unit.starts_with('\t')) {
    return refusal(fmt::format("'{}' has a space between number and unit", text),
                   for_example(wanted));
  }
  if (token.unit.starts_with(',') || token.unit.starts_with('_') || token.unit.starts_with('\'')) {
    return refusal(fmt::format("'{}' is not a number", text),
                   "digits are not grouped, and a point stands before decimals");
  }
  std::vector<std::string> known;
  for (const UnitSpelling& s : spellings()) {
    if (wanted == v1::UNIT_ANY || s.unit == wanted) known.emplace_back(s.text);
  }
  const std::string meant = nearest(token.unit, known);
  return refusal(fmt::format("unknown unit '{}' in '{}'", token.unit, text),
                 meant.empty() ? for_example(wanted) : fmt::format("did you mean '{}'?", meant));
}

Error missing_unit(std::string_view text, v1::Unit wanted) {
  return refusal(fmt::format("'{}' has no unit: {} needs one", text, name_of(wanted)),
                 for_example(wanted));
}

Error other_kind(std::string_view text, v1::Unit found, v1::Unit wanted) {
  return refusal(fmt::format("'{}' is {}, not {}", text, name_of(found), name_of(wanted)),
                 for_example(wanted));
}

// 5h51m, 1m23.5s: whole numbers, units that get smaller, a fraction at most in the last.
Result<Number> parse_compound(const Token& first, std::string_view rest, std::string_view text) {
  double total = 0;
  double smallest = INFINITY;
  Token token = first;
  while (true) {
    const UnitSpelling* spelling = spelling_of(token.unit);
    if (spelling == nullptr || spelling->unit != v1::UNIT_DURATION) {
      return refusal(fmt::format("'{}' is not a duration", text), "for example 5h51m");
    }
    const double one = spelling->times / spelling->per;
    if (one >= smallest || token.value < 0) {
      return refusal(fmt::format("'{}' is not a duration: its units must get smaller", text),
                     "for example 5h51m");
    }
    total += token.value * spelling->times / spelling->per;
    smallest = one;
    if (rest.empty()) return Number{total, v1::UNIT_DURATION};
    const auto value = take_number(rest);
    if (!value || token.value != std::floor(token.value)) {
      return refusal(fmt::format("'{}' is not a duration", text), "for example 5h51m");
    }
    token = {*value, take_unit(rest)};
  }
}

}  // namespace

Result<Number> parse_quantity(std::string_view text, v1::Unit wanted) {
  CHOKEPOINT_ASSERT(wanted != v1::UNIT_INSTANT, "instants are read by parse_instant");
  const std::string spelt = with_dollars_behind(text);
  std::string_view rest = spelt;
  const std::optional<double> value = take_number(rest);
  if (!value) {
    return refusal(fmt::format("'{}' is not {}", text, name_of(wanted)), for_example(wanted));
  }
  const Token token{*value, take_unit(rest)};
  if (!rest.empty()) {
    if (wanted != v1::UNIT_DURATION && wanted != v1::UNIT_ANY) {
      return refusal(fmt::format("'{}' is not {}", text, name_of(wanted)), for_example(wanted));
    }
    return parse_compound(token, rest, text);
  }
  if (token.unit.empty()) {
    if (wanted == v1::UNIT_NONE || wanted == v1::UNIT_ANY) return Number{*value, v1::UNIT_NONE};
    return missing_unit(text, wanted);
  }
  const UnitSpelling* spelling = spelling_of(token.unit);
  if (spelling == nullptr) return unknown_unit(token, text, wanted);
  if (wanted != v1::UNIT_ANY && spelling->unit != wanted) {
    return other_kind(text, spelling->unit, wanted);
  }
  if (*value < 0 && !may_be_negative(spelling->unit)) {
    return refusal(fmt::format("'{}' is negative: {} cannot be", text, name_of(spelling->unit)),
                   for_example(spelling->unit));
  }
  const double result = *value * spelling->times / spelling->per;
  if (!std::isfinite(result)) {
    return refusal(fmt::format("'{}' is too large", text), for_example(spelling->unit));
  }
  return Number{result == 0 ? 0 : result, spelling->unit};
}

std::string_view example_of(v1::Unit unit) {
  switch (unit) {
    case v1::UNIT_NONE:
      return "12";
    case v1::UNIT_DURATION:
      return "30s";
    case v1::UNIT_RATE:
      return "1200/s";
    case v1::UNIT_RATIO:
      return "70%";
    case v1::UNIT_BYTES:
      return "8TB";
    case v1::UNIT_BANDWIDTH:
      return "350MB/s";
    case v1::UNIT_TEMPERATURE:
      return "40degC";
    case v1::UNIT_TEMPERATURE_RATE:
      return "0.6degC/min";
    case v1::UNIT_MONEY:
      return "290USD";
    case v1::UNIT_INSTANT:
      return "2026-05-07T23:20:00Z";
    case v1::UNIT_ANY:
      return "28min";
    case v1::Unit_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Unit_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  CHOKEPOINT_ASSERT(unit == v1::UNIT_NONE, "a unit that the schema does not know");
  return {};
}

}  // namespace chokepoint
