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
#include "cli/render/svg_layout.h"
#include "cli/render/svg_steps.h"
#include "cli/render/verdicts.h"

namespace chokepoint::cli {
namespace {

constexpr double kTop = 92;
constexpr double kGap = 6;
constexpr double kMarkHeight = 20;
constexpr double kInset = 8;
constexpr int kMostTicks = 11;
constexpr std::size_t kMostMarks = 12;
constexpr std::size_t kMostNameLetters = 25;

// A fault as it stands above the lanes.
struct Mark {
  std::string label;
  bool is_revert = false;
  double x = 0;
  std::size_t row = 0;
};

std::vector<Mark> marks_of(const v1::RunRecord& record, const TimeScale& scale) {
  std::vector<Mark> marks;
  for (const v1::Event& event : record.events()) {
    if (event.kind() != v1::EVENT_KIND_FAULT || marks.size() == kMostMarks) continue;
    const bool is_revert = event.text() == "reverted";
    marks.push_back(
        {event.subject() + (is_revert ? " reverted" : ""), is_revert, scale.x(event.at_s())});
  }
  return marks;
}

// Labels that would overlap go into rows of their own. Returns how many there are.
std::size_t arrange(std::vector<Mark>& marks) {
  std::vector<double> row_ends;
  for (Mark& mark : marks) {
    const double width = text_width(mark.label, kLabelFont) + 18;
    const double begin = std::min(mark.x, kTimeRight - width);
    while (mark.row < row_ends.size() && row_ends[mark.row] > begin) ++mark.row;
    if (mark.row == row_ends.size()) row_ends.push_back(0);
    row_ends[mark.row] = begin + width;
  }
  return row_ends.size();
}

// One picture, drawn from top to bottom.
class Picture {
 public:
  explicit Picture(const v1::RunRecord& record)
      : record_(record),
        clock_(record),
        board_(board_of(record)),
        scale_{record.horizon_s()},
        marks_(marks_of(record, scale_)),
        lanes_top_(kTop + static_cast<double>(arrange(marks_)) * kMarkHeight) {}

  std::string draw();

 private:
  void draw_header();
  void draw_group(std::string_view title, const std::vector<Lane>& lanes, double height);
  void draw_lane(const Lane& exact, double height);
  void draw_segment(const Lane& lane, const Segment& segment, double height);
  void draw_label(const Segment& segment, const Box& box);
  void draw_marks(double bottom);
  void draw_time(SvgCanvas& back, double bottom) const;
  void draw_legend();

  const v1::RunRecord& record_;
  const Clock clock_;
  const Board board_;
  const TimeScale scale_;
  std::vector<Mark> marks_;
  const double lanes_top_;
  SvgCanvas canvas_;
  double y_ = 0;
};

std::string how_it_was_run(const v1::RunRecord& record) {
  const std::string length = length_of(record.horizon_s());
  if (!record.has_game_day()) return fmt::format("{} simulated, seed {}", length, record.seed());
  return fmt::format("{} for real on {}, at {}x", length, record.game_day().deployment(),
                     record.game_day().pace());
}

void Picture::draw_header() {
  const std::string variant = record_.variant().empty() ? "" : "  ·  " + record_.variant();
  canvas_.text(kPictureMargin, 38, record_.scenario() + variant, "title");
  canvas_.text(
      kPictureMargin, 60,
      fmt::format("from {} {} UTC, {}", clock_.date(0), clock_.time(0), how_it_was_run(record_)),
      "muted");
  const std::string outcome = verdict(record_);
  const double width = text_width(outcome, 13) + 28;
  const bool is_held = record_.outcome() == v1::OUTCOME_HELD;
  canvas_.rect({kTimeRight - width, 22, width, 28}, 14, is_held ? "held" : "deviated");
  canvas_.text(kTimeRight - width / 2, 41, outcome, "badge", Anchor::middle);
}

void Picture::draw_group(std::string_view title, const std::vector<Lane>& lanes, double height) {
  if (lanes.empty()) return;
  canvas_.text(kPictureMargin, y_ + kGroupTitle - 9, title, "group");
  y_ += kGroupTitle;
  for (const Lane& lane : lanes) draw_lane(lane, height);
}

// What is worse is drawn over what is not, so that no short outage is hidden. What comes and goes
// within a pixel is one segment.
void Picture::draw_lane(const Lane& exact, double height) {
  const Lane lane = simplified(exact, record_.horizon_s() / (kTimeRight - kTimeLeft));
  canvas_.text(kPictureMargin, y_ + height / 2 + 4.5, shortened(lane.subject, kMostNameLetters),
               "name");
  canvas_.rect({kTimeLeft, y_, kTimeRight - kTimeLeft, height}, 3, "empty");
  std::vector<const Segment*> mild_first;
  for (const Segment& segment : lane.segments) mild_first.push_back(&segment);
  std::stable_sort(mild_first.begin(), mild_first.end(),
                   [](const Segment* a, const Segment* b) { return a->severity < b->severity; });
  for (const Segment* segment : mild_first) draw_segment(lane, *segment, height);
  y_ += height + kGap;
}

std::string fill_of(const Lane& lane, const Segment& segment) {
  static constexpr std::array kStages = {"stage1", "stage2", "stage3"};
  if (lane.stages.empty() || segment.level != Level::degraded) {
    return std::string(name_of(segment.level));
  }
  const auto stage = std::find(lane.stages.begin(), lane.stages.end(), segment.state);
  const auto number = static_cast<std::size_t>(stage - lane.stages.begin());
  return kStages.at(std::min(number, kStages.size() - 1));
}

std::string state_text(const Segment& segment) {
  if (segment.merged == 1) return segment.state;
  return fmt::format("changed {} times, at worst {},", segment.merged, segment.state);
}

void Picture::draw_segment(const Lane& lane, const Segment& segment, double height) {
  const double x = scale_.x(segment.from_s);
  const Box box = {x, y_, std::max(scale_.x(segment.to_s) - x, kNarrowestBar), height};
  const std::string cause = because(record_, segment.cause, segment.from_s);
  canvas_.rect(box, std::min(3.0, box.width / 2), fill_of(lane, segment),
               fmt::format("{} {} from {} for {}{}", lane.subject, state_text(segment),
                           clock_.instant(segment.from_s), length_of(segment.to_s - segment.from_s),
                           cause.empty() ? "" : ", because of " + cause));
  const bool says_something = segment.level != Level::up || !lane.stages.empty();
  if (says_something) draw_label(segment, box);
}

// As much as fits: what, for how long, and why. Stays clear of the line of a mark.
void Picture::draw_label(const Segment& segment, const Box& box) {
  double x = box.x + kInset;
  for (const Mark& mark : marks_) {
    if (mark.x > box.x && mark.x < x + kInset) x = mark.x + kInset;
  }
  const std::string length = length_of(segment.to_s - segment.from_s);
  const std::string what =
      segment.level == Level::up ? segment.state : segment.state + " " + length;
  std::vector<std::string> candidates = {what, segment.state};
  if (!segment.cause.empty()) {
    const std::string cause = because(record_, segment.cause, segment.from_s);
    candidates.insert(candidates.begin(), {what + "  ·  " + cause, what + "  ·  " + segment.cause});
  }
  if (segment.level == Level::down) candidates.push_back(length);
  for (const std::string& candidate : candidates) {
    if (x + text_width(candidate, kLabelFont) + kInset > box.x + box.width) continue;
    canvas_.text(x, box.y + box.height / 2 + 4.2, candidate,
                 fmt::format("small on-{}", name_of(segment.level)));
    return;
  }
}

void Picture::draw_marks(double bottom) {
  for (const Mark& mark : marks_) {
    const double y = kTop + static_cast<double>(mark.row + 1) * kMarkHeight - 6;
    canvas_.line(mark.x, y, mark.x, bottom, mark.is_revert ? "revert" : "fault");
    canvas_.pointer(mark.x, y, mark.is_revert ? "revert-mark" : "fault-mark");
    const bool fits = mark.x + text_width(mark.label, kLabelFont) + 12 <= kTimeRight;
    canvas_.text(fits ? mark.x + 9 : mark.x - 9, y, mark.label, "small fault-name",
                 fits ? Anchor::start : Anchor::end);
  }
}

void Picture::draw_time(SvgCanvas& back, double bottom) const {
  back.text(kPictureMargin, bottom + 19, "UTC", "small muted");
  double last = 0;
  for (const double tick :
       clock_ticks(record_.horizon_s(), kMostTicks, clock_.seconds_into_day())) {
    back.line(scale_.x(tick), lanes_top_, scale_.x(tick), bottom, "grid");
    const bool is_new_day = clock_.day(tick) != clock_.day(last);
    back.text(scale_.x(tick), bottom + 19, is_new_day ? clock_.day(tick) : clock_.time(tick),
              is_new_day ? "small strong" : "small", Anchor::middle);
    last = tick;
  }
  back.text(kPictureMargin, bottom + 37, "since the start", "small muted");
  for (const double tick : ticks(record_.horizon_s(), kMostTicks)) {
    back.line(scale_.x(tick), bottom, scale_.x(tick), bottom + 5, "axis");
    back.text(scale_.x(tick), bottom + 37, offset_of(tick), "small muted", Anchor::middle);
  }
  back.line(kTimeLeft, bottom, kTimeRight, bottom, "axis");
}

void Picture::draw_legend() {
  struct Entry {
    std::string_view fill;
    std::string_view text;
  };
  static constexpr std::array kEntries = {
      Entry{"up", "up"}, Entry{"degraded", "degraded"}, Entry{"stage1", "opening in stages"},
      Entry{"down", "down"}, Entry{"step", "somebody works on it"}};
  const bool has_stages = std::any_of(board_.components.begin(), board_.components.end(),
                                      [](const Lane& lane) { return !lane.stages.empty(); });
  double x = kTimeLeft;
  for (const Entry& entry : kEntries) {
    if (entry.fill == "stage1" && !has_stages) continue;
    canvas_.rect({x, y_ + 2, 14, 12}, 3, entry.fill);
    canvas_.text(x + 20, y_ + 12, entry.text, "small muted");
    x += 20 + text_width(entry.text, kLabelFont) + 22;
  }
  canvas_.text(
      kTimeRight, y_ + 12,
      fmt::format("chokepoint {}, fingerprint {}", record_.version(), record_.fingerprint()),
      "small muted", Anchor::end);
}

std::string Picture::draw() {
  constexpr double kAxisHeight = 58;
  constexpr double kLegendHeight = 32;
  draw_header();
  y_ = lanes_top_;
  draw_group("WHAT USERS COULD DO", board_.capabilities, 26);
  draw_group("COMPONENTS", board_.components, 20);
  draw_group("PLACES", board_.places, 20);
  y_ = draw_steps(canvas_, record_, scale_, y_) + 4;
  const double axis = y_;
  draw_marks(axis);
  y_ += kAxisHeight;
  draw_legend();
  const double height = y_ + kLegendHeight;

  SvgCanvas back;
  back.rect({0.5, 0.5, kPictureWidth - 1, height - 1}, 10, "page");
  draw_time(back, axis);
  back.append(canvas_);
  return back.document(kPictureWidth, height, "What happened in " + record_.scenario(),
                       verdict(record_));
}

}  // namespace

std::string svg(const v1::RunRecord& record) { return Picture(record).draw(); }

}  // namespace chokepoint::cli
