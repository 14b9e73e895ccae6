#include "cli/render/svg_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/render/clock.h"
#include "cli/render/steps.h"

namespace chokepoint::cli {
namespace {

constexpr double kHeight = 18;
constexpr double kRowHeight = kHeight + 4;
constexpr double kStepInset = 7;

// A bar and its label, which stands inside where it fits, else right of it, else left of it.
struct Bar {
  std::string team;
  std::string label;
  std::string tooltip;
  bool has_failed = false;
  double x = 0;
  double width = 0;
  double begin = 0;  // of the bar and its label together
  double end = 0;
  double text_x = 0;
  Anchor anchor = Anchor::start;
  bool is_inside = false;
};

void place_label(Bar& bar) {
  const double right = bar.x + bar.width;
  const double label = text_width(bar.label, kLabelFont) + 2 * kStepInset;
  bar.begin = bar.x;
  bar.end = right;
  bar.is_inside = label <= bar.width;
  if (bar.is_inside) {
    bar.text_x = bar.x + kStepInset;
  } else if (right + label <= kTimeRight) {
    bar.text_x = right + kStepInset;
    bar.end = right + label;
  } else {
    bar.text_x = bar.x - kStepInset;
    bar.anchor = Anchor::end;
    bar.begin = bar.x - label;
  }
}

Bar bar_of(const v1::RunRecord& record, const v1::Interval& step, const TimeScale& scale) {
  const std::size_t slash = step.subject().find('/');
  const std::string outcome = step_outcome(record, step);
  Bar bar;
  bar.has_failed = outcome == "failed";
  bar.team = step.subject().substr(0, slash);
  bar.label = step.subject().substr(slash + 1) + (bar.has_failed ? " (failed)" : "");
  bar.tooltip =
      fmt::format("{} from {} for {}{}", step.subject(), Clock(record).instant(step.from_s()),
                  length_of(step.to_s() - step.from_s()),
                  outcome.empty() ? ", not done at the end" : ", " + outcome);
  bar.x = scale.x(step.from_s());
  bar.width = std::max(scale.x(step.to_s()) - bar.x, kNarrowestBar);
  place_label(bar);
  return bar;
}

std::vector<Bar> bars_of(const v1::RunRecord& record, const TimeScale& scale) {
  std::vector<Bar> bars;
  for (const v1::Interval& step : record.intervals()) {
    if (step.scope() == "step") bars.push_back(bar_of(record, step, scale));
  }
  std::stable_sort(bars.begin(), bars.end(), [](const Bar& a, const Bar& b) { return a.x < b.x; });
  return bars;
}

std::vector<std::string> teams_of(const std::vector<Bar>& bars) {
  std::vector<std::string> teams;
  for (const Bar& bar : bars) {
    if (std::find(teams.begin(), teams.end(), bar.team) == teams.end()) teams.push_back(bar.team);
  }
  return teams;
}

void draw_bar(SvgCanvas& canvas, const Bar& bar, double y) {
  canvas.rect({bar.x, y, bar.width, kHeight}, 3, bar.has_failed ? "failed" : "step", bar.tooltip);
  canvas.text(bar.text_x, y + kHeight / 2 + 4.2, bar.label,
              bar.is_inside ? "small on-step" : "small muted", bar.anchor);
}

// Each bar goes into the first row that has room for it.
double draw_team(SvgCanvas& canvas, const std::vector<Bar>& bars, const std::string& team,
                 double top) {
  canvas.text(kPictureMargin, top + kHeight / 2 + 4.5, team, "name");
  std::vector<double> row_ends;
  for (const Bar& bar : bars) {
    if (bar.team != team) continue;
    std::size_t row = 0;
    while (row < row_ends.size() && row_ends[row] > bar.begin) ++row;
    if (row == row_ends.size()) row_ends.push_back(0);
    row_ends[row] = bar.end;
    draw_bar(canvas, bar, top + static_cast<double>(row) * kRowHeight);
  }
  return top + static_cast<double>(row_ends.size()) * kRowHeight;
}

}  // namespace

double draw_steps(SvgCanvas& canvas, const v1::RunRecord& record, const TimeScale& scale,
                  double top) {
  const std::vector<Bar> bars = bars_of(record, scale);
  if (bars.empty()) return top;
  canvas.text(kPictureMargin, top + kGroupTitle - 9, "OPERATORS", "group");
  double y = top + kGroupTitle;
  for (const std::string& team : teams_of(bars)) y = draw_team(canvas, bars, team, y);
  return y;
}

}  // namespace chokepoint::cli
