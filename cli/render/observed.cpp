#include "cli/render/observed.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/render/down_lanes.h"
#include "cli/render/reading.h"
#include "cli/render/table.h"
#include "cli/render/verdicts.h"

namespace chokepoint::cli {
namespace {

std::string band_text(const v1::Band& band) {
  const std::string low = reading(band.low(), band.unit());
  const std::string high = reading(band.high(), band.unit());
  return low == high ? low : fmt::format("{} to {}", low, high);
}

Cell judgement(const v1::ComparedMeasure& one, bool is_whole) {
  if (!one.has_observed()) return {"-", Tone::dim};
  if (!one.has_predicted()) return {"in no predicting run", Tone::dim};
  if (one.outside_by() <= 0) return {"inside", Tone::good};
  if (one.is_inside()) {
    return {one.decides() ? "inside, as far as a probe can see" : "beside it", Tone::dim};
  }
  const std::string text = fmt::format("outside, {:.1f} times the band", one.surprise());
  return {text, is_whole ? Tone::bad : Tone::warning};
}

// Of all capabilities, the largest surprise first.
std::vector<std::pair<std::string, v1::ComparedMeasure>> by_surprise(
    const v1::Comparison& comparison) {
  std::vector<std::pair<std::string, v1::ComparedMeasure>> all;
  for (const v1::ComparedCapability& capability : comparison.capabilities()) {
    for (const v1::ComparedMeasure& measure : capability.measures()) {
      all.emplace_back(capability.capability(), measure);
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    const auto rank = [](const v1::ComparedMeasure& one) {
      return one.is_inside() ? 0.0 : 1 + one.surprise();
    };
    return rank(a.second) > rank(b.second);
  });
  return all;
}

std::string measures_of(const v1::Comparison& comparison, Colour colour) {
  Table table({Align::left, Align::left, Align::right, Align::right, Align::right, Align::left});
  table.add({{"capability", Tone::dim},
             {"measure", Tone::dim},
             {"predicted", Tone::dim},
             {"observed", Tone::dim},
             {"off by", Tone::dim},
             {"", Tone::dim}});
  for (const auto& [capability, one] : by_surprise(comparison)) {
    table.add({{capability},
               {one.measure()},
               {one.has_predicted() ? band_text(one.predicted()) : "-"},
               {one.has_observed() ? reading(one.observed(), one.unit()) : "-"},
               {one.outside_by() > 0 ? reading(one.outside_by(), one.unit()) : ""},
               judgement(one, comparison.is_whole())});
  }
  return paint("Predicted against observed", Tone::strong, colour) +
         fmt::format(" ({} run{}; times are the scenario's)\n", comparison.runs(),
                     comparison.runs() == 1 ? "" : "s") +
         table.text(colour);
}

std::string scores_of(const v1::Comparison& comparison, Colour colour) {
  if (!comparison.is_whole()) return "";
  const auto in_time = [&](double score) {
    return fmt::format("wrong for {}", reading(score * comparison.scale_s(), v1::UNIT_DURATION));
  };
  Table table({Align::left, Align::right, Align::left});
  for (const v1::ComparedCapability& one : comparison.capabilities()) {
    table.add({{one.capability()}, {fmt::format("{:.3f}", one.score())}, {in_time(one.score())}});
  }
  for (const v1::ComparedComponents& one : comparison.components()) {
    table.add({{fmt::format("{}", fmt::join(one.components(), ", "))},
               {fmt::format("{:.3f}", one.score())},
               {fmt::format("at most, as needed for {}", fmt::join(one.capabilities(), ", "))}});
  }
  table.add(
      {{"all"}, {fmt::format("{:.3f}", comparison.score())}, {"the mean of the capabilities"}});
  return "\n" + paint("Calibration", Tone::strong, colour) +
         fmt::format(" (0 is perfect; 1 is wrong for {}, as long as the faults)\n",
                     reading(comparison.scale_s(), v1::UNIT_DURATION)) +
         table.text(colour);
}

std::string faults_of(const v1::Comparison& comparison, const v1::RunRecord& record,
                      Colour colour) {
  Table table({Align::right, Align::left});
  for (const v1::Event& event : record.events()) {
    if (event.kind() != v1::EVENT_KIND_FAULT && event.kind() != v1::EVENT_KIND_CAPABILITY) continue;
    const bool is_fault = event.kind() == v1::EVENT_KIND_FAULT;
    if (is_fault &&
        (event.text().ends_with(": ordered") || event.text().ends_with("to be reverted"))) {
      continue;
    }
    const double at = event.at_s() / (comparison.pace() > 0 ? comparison.pace() : 1);
    table.add({{fmt::format("{:.2f}s", at)},
               {is_fault ? event.text() : fmt::format("{} {}", event.subject(), event.text())}});
  }
  if (table.is_empty()) return "";
  return "\n" + paint("What happened", Tone::strong, colour) + " (times are the game day's)\n" +
         table.text(colour);
}

std::string verdict_of(const v1::Comparison& comparison, Colour colour) {
  if (!comparison.is_whole()) return "";
  std::vector<std::string> outside;
  for (const auto& [capability, one] : by_surprise(comparison)) {
    if (!one.is_inside()) outside.push_back(fmt::format("{} {}", capability, one.measure()));
  }
  if (outside.empty()) return paint("inside what was predicted", Tone::good, colour) + "\n";
  return paint(fmt::format("outside what was predicted: {}", fmt::join(outside, ", ")), Tone::bad,
               colour) +
         "\n";
}

}  // namespace

std::string observed(const v1::Comparison& comparison, const v1::RunRecord& record, Colour colour) {
  std::string name = comparison.scenario();
  if (!comparison.variant().empty()) name += ", " + comparison.variant();
  std::string text = fmt::format("{} on {}, {} at {}x\n\n", paint(name, Tone::strong, colour),
                                 comparison.deployment(), comparison.game_day(), comparison.pace());
  text += measures_of(comparison, colour);
  const std::string lanes = down_lanes(comparison, colour);
  if (!lanes.empty()) text += "\n" + lanes;
  text += scores_of(comparison, colour) + faults_of(comparison, record, colour) + "\n";
  text += verdict_of(comparison, colour);
  if (!comparison.is_whole()) {
    text += "not a whole game day: what had not happened by its end is not known\n";
  }
  return text + paint(comparison.ended(), tone_of(record.outcome()), colour) + "\n";
}

}  // namespace chokepoint::cli
