#include "cli/render/timeline.h"

#include <fmt/format.h>

#include "cli/render/clock.h"
#include "cli/render/injections.h"
#include "cli/render/measures.h"
#include "cli/render/phases.h"
#include "cli/render/steps.h"
#include "cli/render/summary.h"
#include "cli/render/swimlane.h"
#include "cli/render/verdicts.h"

namespace chokepoint::cli {
namespace {

std::string header(const v1::RunRecord& record, Colour colour) {
  const Clock clock(record);
  const std::string variant = record.variant().empty() ? "base" : record.variant();
  std::string text =
      fmt::format("{} ({})   {}\n", paint(record.scenario(), Tone::strong, colour), variant,
                  paint(verdict(record), tone_of(record.outcome()), colour));
  text += fmt::format("from {} {} UTC for {}, seed {}\n", clock.date(0), clock.time(0),
                      length_of(record.horizon_s()), record.seed());
  for (const std::string& change : record.overrides()) text += fmt::format("with {}\n", change);
  text += paint(fmt::format("digest {}  fingerprint {}  version {}", record.digest(),
                            record.fingerprint(), record.version()),
                Tone::dim, colour);
  return text + "\n";
}

std::string section(std::string_view title, const std::string& body, Colour colour) {
  if (body.empty()) return "";
  return fmt::format("\n{}\n{}", paint(title, Tone::strong, colour), body);
}

}  // namespace

std::string timeline(const v1::RunRecord& record, Colour colour) {
  return header(record, colour) + section("What users could do", summary(record, colour), colour) +
         section("Over time", swimlanes(record, colour), colour) +
         section("What happened, and why", phases(record, colour), colour) +
         section("What was injected", injections(record, colour), colour) +
         section("What operators did", steps(record, colour), colour) +
         section("Measures", measures(record, colour), colour) +
         section("Money", money(record), colour) +
         section("Expectations", verdicts(record, colour), colour) +
         section("To reproduce", "  " + record.reproduce() + "\n", colour);
}

}  // namespace chokepoint::cli
