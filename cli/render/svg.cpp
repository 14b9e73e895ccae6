#include "cli/render/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "cli/render/axis.h"
#include "cli/render/cause.h"
#include "cli/render/clock.h"
#include "cli/render/lanes.h"
#include "cli/render/svg_canvas.h"
#include "cli/render/verdicts.h"

namespace chokepoint::cli {
namespace {

constexpr double kWidth = 1120;
constexpr double kMargin = 24;
constexpr double kLeft = 216;  // where time begins
constexpr double kRight = kWidth - kMargin - 8;
constexpr double kTop = 92;
constexpr double kGap = 6;
constexpr double kGroupHeight = 26;
constexpr double kMarkHeight = 20;
constexpr double kFontPx = 12;
constexpr double kNarrowest = 2.5;
constexpr int kMostTicks = 11;
constexpr std::size_t kMostMarks = 12;

// A fault as it stands above the lanes.
struct Mark {
  double at_s = 0;
  std::string name;
  bool is_revert = false;
  std::size_t row = 0;
};

// One picture, drawn from top to bottom.
class Picture {
 public:
  explicit Picture(const v1::RunRecord& record)
      : record_(record), clock_(record), board_(board_of(record)), marks_(marks_of(record)) {}

  std::string draw();

 private:
  static std::vector<Mark> marks_of(const v1::RunRecord& record);

  double x_of(double at_s) const {
    return kLeft + (kRight - kLeft) * std::clamp(at_s / record_.horizon_s(), 0.0, 1.0);
  }

  void arrange_marks();
  void draw_header();
  void draw_group(std::string_view title, const std::vector<Lane>& lanes, double height);
  void draw_lane(const Lane& lane, double height);
  void draw_segment(const Lane& lane, const Segment& segment, double height);
  void draw_label(const Segment& segment, const Box& box, std::string_view classes);
  void draw_steps();
  void draw_legend();
  void draw_time_behind(SvgCanvas& back, double bottom) const;
  void draw_marks();

  const v1::RunRecord& record_;
  const Clock clock_;
  const Board board_;
  std::vector<Mark> marks_;
  std::size_t mark_rows_ = 0;
  SvgCanvas canvas_;
  double y_ = 0;
};

std::vector<Mark> Picture::marks_of(const v1::RunRecord& record) {
  std::vector<Mark> marks;
  std::vector<std::string> begun;
  for (const v1::Event& event : record.events()) {
    if (event.kind() != v1::EVENT_KIND_FAULT || marks.size() == kMostMarks) continue;
    const bool is_revert = std::find(begun.begin(), begun.end(), event.subject()) != begun.end();
    begun.push_back(event.subject());
    marks.push_back({event.at_s(), event.subject(), is_revert});
  }
  return marks;
}

std::string label_of(const Mark& mark) {
  return mark.is_revert ? mark.name + " reverted" : mark.name;
}

// Labels that would overlap go into rows of their own.
void Picture::arrange_marks() {
  std::vector<double> row_ends;
  for (Mark& mark : marks_) {
    const double width = text_width(label_of(mark), kFontPx) + 18;
    const double begin = std::min(x_of(mark.at_s), kRight - width);
    while (mark.row < row_ends.size() && row_ends[mark.row] > begin) ++mark.row;
    if (mark.row == row_ends.size()) row_ends.push_back(0);
    row_ends[mark.row] = begin + width;
  }
  mark_rows_ = row_ends.size();
}

void Picture::draw_header() {
  const std::string variant = record_.variant().empty() ? "" : "  ·  " + record_.variant();
  canvas_.text(kMargin, 38, record_.scenario() + variant, "title");
  canvas_.text(kMargin, 60,
               fmt::format("from {} {} UTC, {} simulated, seed {}", clock_.date(0), clock_.time(0),
                           length_of(record_.horizon_s()), record_.seed()),
               "muted");
  const std::string outcome = verdict(record_);
  const double width = text_width(outcome, 13) + 28;
  const bool is_held = record_.outcome() == v1::OUTCOME_HELD;
  canvas_.rect({kRight - width, 22, width, 28}, 14, is_held ? "held" : "deviated");
  canvas_.text(kRight - width / 2, 41, outcome, "badge", Anchor::middle);
}

void Picture::draw_group(std::string_view title, const std::vector<Lane>& lanes, double height) {
  if (lanes.empty()) return;
  canvas_.text(kMargin, y_ + kGroupHeight - 9, title, "group");
  y_ += kGroupHeight;
  for (const Lane& lane : lanes) draw_lane(lane, height);
}

// The end of a path says more than its beginning.
std::string fitting_name(const std::string& name) {
  constexpr std::size_t kMost = 25;
  return name.size() <= kMost ? name : "…" + name.substr(name.size() - kMost + 1);
}

void Picture::draw_lane(const Lane& lane, double height) {
  canvas_.text(kMargin, y_ + height / 2 + 4.5, fitting_name(lane.subject), "name");
  canvas_.rect({kLeft, y_, kRight - kLeft, height}, 3, "empty");
  std::vector<const Segment*> mild_first;
  for (const Segment& segment : lane.segments) mild_first.push_back(&segment);
  std::stable_sort(mild_first.begin(), mild_first.end(),
                   [](const Segment* a, const Segment* b) { return a->severity < b->severity; });
  for (const Segment* segment : mild_first) draw_segment(lane, *segment, height);
  y_ += height + kGap;
}

std::string fill_of(const Lane& lane, const Segment& segment) {
  static constexpr std::array kStages = {"stage1", "stage2", "stage3"};
  if (segment.level == Level::up) return "up";
  if (segment.level == Level::down) return "down";
  if (lane.stages.empty()) return "degraded";
  const auto stage = std::find(lane.stages.begin(), lane.stages.end(), segment.state);
  const auto number = static_cast<std::size_t>(stage - lane.stages.begin());
  return kStages.at(std::min(number, kStages.size() - 1));
}

std::string_view ink_of(Level level) {
  switch (level) {
    case Level::up:
      return "small on-up";
    case Level::degraded:
      return "small on-degraded";
    case Level::down:
      return "small on-down";
  }
  return "small";
}

void Picture::draw_segment(const Lane& lane, const Segment& segment, double height) {
  const double x = x_of(segment.from_s);
  const Box box = {x, y_, std::max(x_of(segment.to_s) - x, kNarrowest), height};
  const std::string cause = because(record_, segment.cause, segment.from_s);
  canvas_.rect(box, std::min(3.0, box.width / 2), fill_of(lane, segment),
               fmt::format("{} {} from {} for {}{}", lane.subject, segment.state,
                           clock_.instant(segment.from_s), length_of(segment.to_s - segment.from_s),
                           cause.empty() ? "" : ", because of " + cause));
  const bool says_something = segment.level != Level::up || !lane.stages.empty();
  if (says_something) draw_label(segment, box, ink_of(segment.level));
}

// As much as fits: what, for how long, and why.
void Picture::draw_label(const Segment& segment, const Box& box, std::string_view classes) {
  const std::string length = length_of(segment.to_s - segment.from_s);
  const std::string cause = because(record_, segment.cause, segment.from_s);
  const std::string what =
      segment.level == Level::up ? segment.state : segment.state + " " + length;
  std::vector<std::string> candidates = {what, segment.state};
  if (segment.level == Level::down) candidates.push_back(length);
  if (!cause.empty()) candidates.insert(candidates.begin(), what + "  ·  " + cause);
  for (const std::string& candidate : candidates) {
    if (text_width(candidate, kFontPx) + 14 > box.width) continue;
    canvas_.text(box.x + 8, box.y + box.height / 2 + 4.2, candidate, classes);
    return;
  }
}

std::string team_of(const std::string& step) { return step.substr(0, step.find('/')); }
std::string step_of(const std::string& step) { return step.substr(step.find('/') + 1); }

void Picture::draw_steps() {
  constexpr double kHeight = 18;
  struct Row {
    std::string team;
    double end = 0;
    double y = 0;
  };
  std::vector<Row> rows;
  for (const v1::Interval& step : record_.intervals()) {
    if (step.scope() != "step") continue;
    if (rows.empty()) {
      canvas_.text(kMargin, y_ + kGroupHeight - 9, "OPERATORS", "group");
      y_ += kGroupHeight;
    }
    const double x = x_of(step.from_s());
    const double width = std::max(x_of(step.to_s()) - x, kNarrowest);
    const std::string name = step_of(step.subject());
    const double label = text_width(name, kFontPx) + 14;
    const bool fits_inside = label <= width;
    const bool fits_right = x + width + label <= kRight;
    const double begin = fits_inside || fits_right ? x : x - label;
    const double end = fits_inside ? x + width : fits_right ? x + width + label : x + width;
    auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& one) {
      return one.team == team_of(step.subject()) && one.end <= begin;
    });
    if (row == rows.end()) {
      const bool is_new_team = rows.empty() || rows.back().team != team_of(step.subject());
      if (is_new_team)
        canvas_.text(kMargin, y_ + kHeight / 2 + 4.5, team_of(step.subject()), "name");
      rows.push_back({team_of(step.subject()), 0, y_});
      row = rows.end() - 1;
      y_ += kHeight + 4;
    }
    row->end = end;
    canvas_.rect({x, row->y, width, kHeight}, 3, "step",
                 fmt::format("{} from {} for {}", step.subject(), clock_.instant(step.from_s()),
                             length_of(step.to_s() - step.from_s())));
    const double text_x = fits_inside ? x + 7 : fits_right ? x + width + 6 : x - 6;
    canvas_.text(text_x, row->y + kHeight / 2 + 4.2, name,
                 fits_inside ? "small on-step" : "small muted",
                 fits_inside || fits_right ? Anchor::start : Anchor::end);
  }
}

void Picture::draw_legend() {
  struct Entry {
    std::string_view fill;
    std::string_view text;
  };
  static constexpr std::array kEntries = {Entry{"up", "up"}, Entry{"degraded", "degraded"},
                                          Entry{"down", "down"},
                                          Entry{"step", "somebody works on it"}};
  double x = kLeft;
  for (const Entry& entry : kEntries) {
    canvas_.rect({x, y_ + 2, 14, 12}, 3, entry.fill);
    canvas_.text(x + 20, y_ + 12, entry.text, "small muted");
    x += 20 + text_width(entry.text, kFontPx) + 22;
  }
  canvas_.text(
      kRight, y_ + 12,
      fmt::format("chokepoint {}, fingerprint {}", record_.version(), record_.fingerprint()),
      "small muted", Anchor::end);
}

void Picture::draw_time_behind(SvgCanvas& back, double bottom) const {
  const double top = kTop + static_cast<double>(mark_rows_) * kMarkHeight;
  back.text(kMargin, bottom + 19, "UTC", "small muted");
  double last = 0;
  for (const double tick :
       clock_ticks(record_.horizon_s(), kMostTicks, clock_.seconds_into_day())) {
    back.line(x_of(tick), top, x_of(tick), bottom, "grid");
    const bool is_new_day = clock_.day(tick) != clock_.day(last);
    back.text(x_of(tick), bottom + 19, is_new_day ? clock_.day(tick) : clock_.time(tick),
              is_new_day ? "small strong" : "small", Anchor::middle);
    last = tick;
  }
  back.text(kMargin, bottom + 37, "since the start", "small muted");
  for (const double tick : ticks(record_.horizon_s(), kMostTicks)) {
    back.line(x_of(tick), bottom, x_of(tick), bottom + 5, "axis");
    back.text(x_of(tick), bottom + 37, offset_of(tick), "small muted", Anchor::middle);
  }
  back.line(kLeft, bottom, kRight, bottom, "axis");
}

void Picture::draw_marks() {
  const double lanes_end = y_;
  for (const Mark& mark : marks_) {
    const double x = x_of(mark.at_s);
    const double y = kTop + static_cast<double>(mark.row + 1) * kMarkHeight - 6;
    canvas_.line(x, y, x, lanes_end, mark.is_revert ? "revert" : "fault");
    canvas_.pointer(x, y, mark.is_revert ? "revert-mark" : "fault-mark");
    const std::string label = label_of(mark);
    const bool fits = x + text_width(label, kFontPx) + 12 <= kRight;
    canvas_.text(fits ? x + 9 : x - 9, y, label, "small fault-name",
                 fits ? Anchor::start : Anchor::end);
  }
}

std::string Picture::draw() {
  arrange_marks();
  draw_header();
  y_ = kTop + static_cast<double>(mark_rows_) * kMarkHeight;
  draw_group("WHAT USERS COULD DO", board_.capabilities, 26);
  draw_group("COMPONENTS", board_.components, 20);
  draw_group("PLACES", board_.places, 20);
  draw_steps();
  y_ += 4;
  draw_marks();
  const double axis = y_;
  y_ += 58;
  draw_legend();
  const double height = y_ + 32;

  SvgCanvas back;
  back.rect({0.5, 0.5, kWidth - 1, height - 1}, 10, "page");
  draw_time_behind(back, axis);
  back.append(canvas_);
  return back.document(kWidth, height, fmt::format("What happened in {}", record_.scenario()),
                       verdict(record_));
}

}  // namespace

std::string svg(const v1::RunRecord& record) { return Picture(record).draw(); }

}  // namespace chokepoint::cli
