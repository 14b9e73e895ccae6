#include "cli/render/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/render/clock.h"
#include "cli/render/table.h"

namespace chokepoint::cli {
namespace {

struct Line {
  double at_s = 0;
  std::string subject;
  Cell what;
};

// A team has no slash in its name, a step has one: team/step.
bool is_team(const v1::Event& event) {
  return event.kind() == v1::EVENT_KIND_OPERATORS && event.subject().find('/') == std::string::npos;
}

Cell outcome_cell(const v1::RunRecord& record, const v1::Interval& step, const Clock& clock) {
  const std::string length = length_of(step.to_s() - step.from_s());
  const std::string outcome = step_outcome(record, step);
  if (outcome.empty()) return {"not done at the end, after " + length, Tone::warning};
  const std::string end = clock.instant(step.to_s(), step.from_s());
  return {fmt::format("{} at {}, after {}", outcome, end, length),
          outcome == "done" ? Tone::plain : Tone::bad};
}

std::vector<Line> lines_of(const v1::RunRecord& record, const Clock& clock) {
  std::vector<Line> lines;
  for (const v1::Event& event : record.events()) {
    if (is_team(event)) lines.push_back({event.at_s(), event.subject(), {event.text()}});
  }
  for (const v1::Interval& step : record.intervals()) {
    if (step.scope() != "step") continue;
    lines.push_back({step.from_s(), step.subject(), outcome_cell(record, step, clock)});
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const Line& a, const Line& b) { return a.at_s < b.at_s; });
  return lines;
}

}  // namespace

std::string step_outcome(const v1::RunRecord& record, const v1::Interval& step) {
  for (const v1::Event& event : record.events()) {
    const bool ends_it = event.kind() == v1::EVENT_KIND_OPERATORS &&
                         event.subject() == step.subject() && event.at_s() == step.to_s() &&
                         event.text() != "started";
    if (ends_it) return event.text();
  }
  return "";
}

std::string steps(const v1::RunRecord& record, Colour colour) {
  const Clock clock(record);
  Table table({Align::right, Align::left, Align::left, Align::left});
  double last_s = kLongBefore;
  for (const Line& line : lines_of(record, clock)) {
    table.add({{clock.instant(line.at_s, last_s)},
               {offset_of(line.at_s), Tone::dim},
               {line.subject, Tone::strong},
               line.what});
    last_s = line.at_s;
  }
  return table.text(colour);
}

}  // namespace chokepoint::cli
