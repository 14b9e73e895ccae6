#include "cli/render/observed.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/render/reading.h"
#include "cli/render/table.h"
#include "cli/render/verdicts.h"
#include "controller/compare/compare.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::cli {
namespace {

std::string band_text(const v1::Band& band) {
  if (band.low() == band.high()) return reading(band.low(), band.unit());
  return fmt::format("{} to {}", reading(band.low(), band.unit()),
                     reading(band.high(), band.unit()));
}

Cell judgement(const controller::Compared& one) {
  if (!one.observed) return {"-", Tone::dim};
  if (one.surprise() <= 0) return {"inside", Tone::good};
  if (one.is_inside())
    return {one.decides ? "inside, as far as a probe can see" : "beside it", Tone::dim};
  return {fmt::format("outside, {:.1f} times the band", one.surprise()), Tone::bad};
}

std::string comparison_of(const v1::GameDayPlan& plan, const v1::RunRecord& record, Colour colour) {
  std::vector<controller::Compared> compared = controller::compare(plan, record);
  std::stable_sort(compared.begin(), compared.end(), [](const auto& a, const auto& b) {
    const auto rank = [](const controller::Compared& one) {
      return one.is_inside() ? 0.0 : 1 + one.surprise();
    };
    return rank(a) > rank(b);
  });
  Table table({Align::left, Align::left, Align::right, Align::right, Align::left});
  table.add({{"capability", Tone::dim},
             {"measure", Tone::dim},
             {"predicted", Tone::dim},
             {"observed", Tone::dim},
             {"", Tone::dim}});
  for (const controller::Compared& one : compared) {
    table.add({{one.predicted.capability()},
               {one.predicted.measure()},
               {band_text(one.predicted)},
               {one.observed ? reading(*one.observed, one.predicted.unit()) : "-"},
               judgement(one)});
  }
  return paint("Predicted against observed", Tone::strong, colour) +
         fmt::format(" ({} runs; times are the scenario's)\n", plan.seeds()) + table.text(colour);
}

std::string faults_of(const v1::GameDayPlan& plan, const v1::RunRecord& record, Colour colour) {
  Table table({Align::right, Align::left});
  for (const v1::Event& event : record.events()) {
    if (event.kind() != v1::EVENT_KIND_FAULT && event.kind() != v1::EVENT_KIND_CAPABILITY) continue;
    const bool is_fault = event.kind() == v1::EVENT_KIND_FAULT;
    if (is_fault &&
        (event.text().ends_with(": ordered") || event.text().ends_with("to be reverted"))) {
      continue;
    }
    const double at = event.at_s() / plan.pace();
    table.add({{fmt::format("{:.2f}s", at)},
               {is_fault ? event.text() : fmt::format("{} {}", event.subject(), event.text())}});
  }
  if (table.is_empty()) return "";
  return "\n" + paint("What happened", Tone::strong, colour) + " (times are the game day's)\n" +
         table.text(colour);
}

}  // namespace

std::string observed(const v1::GameDayPlan& plan, const v1::RunRecord& record, Colour colour) {
  std::string name = plan.scenario();
  if (!plan.variant().empty()) name += ", " + plan.variant();
  std::string text =
      fmt::format("{} on {}, {} at {}x\n\n", paint(name, Tone::strong, colour),
                  plan.deployment().deployment(), record.game_day().id(), plan.pace());
  text += comparison_of(plan, record, colour) + faults_of(plan, record, colour);
  return text + "\n" + paint(record.game_day().ended(), tone_of(record.outcome()), colour) + "\n";
}

}  // namespace chokepoint::cli
