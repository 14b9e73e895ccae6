#include "cli/render/sweep.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "cli/render/reading.h"
#include "cli/render/table.h"
#include "scenarios/loader/measure_bound.h"

namespace chokepoint::cli {
namespace {

// Below, what a drawn value decides cannot be told from luck, or is not worth a line.
constexpr double kWorthALine = 0.05;

std::string design_name(const std::string& variant) { return variant.empty() ? "base" : variant; }

// As exact as an interval's end deserves: three digits, durations from a minute on to the second,
// from ten on to the minute.
std::string rounded(double value, v1::Unit unit) {
  const bool is_almost_all = value > 0.99 && value < 1;
  if (unit == v1::UNIT_RATIO) {
    return is_almost_all ? reading(value, unit) : fmt::format("{:.3g}%", 100 * value);
  }
  if (unit != v1::UNIT_DURATION)
    return std::abs(value) < 1000 ? fmt::format("{:.3g}", value) : reading(value, unit);
  const double step = value < 60 ? 0 : value < 600 ? 1 : 60;
  return reading(step > 0 ? std::round(value / step) * step : value, unit);
}

// "5h12m (4h50m..5h30m)"; an end that the runs are too few for is a question mark.
std::string estimated(const v1::Estimate& estimate, v1::Unit unit) {
  std::string value = rounded(estimate.value(), unit);
  if (!estimate.has_low() && !estimate.has_high()) return value;
  const std::string low = estimate.has_low() ? rounded(estimate.low(), unit) : "?";
  const std::string high = estimate.has_high() ? rounded(estimate.high(), unit) : "?";
  return low == value && high == value ? value : fmt::format("{} ({}..{})", value, low, high);
}

std::string bounds_text(const v1::MeasureBound& bound) {
  std::vector<std::string> texts;
  const auto text_of_quantity = [](const v1::Quantity& quantity) {
    return reading(quantity.value(), quantity.unit());
  };
  if (bound.has_value()) {
    texts.push_back(fmt::format("{} ± {}", text_of_quantity(bound.value()),
                                reading(bound.tolerance().value(), bound.value().unit())));
  }
  if (bound.has_at_least()) texts.push_back("at least " + text_of_quantity(bound.at_least()));
  if (bound.has_at_most()) texts.push_back("at most " + text_of_quantity(bound.at_most()));
  return fmt::format("{}", fmt::join(texts, ", "));
}

// A difference, with its sign, and whether it is one.
Cell beside_cell(const v1::MeasureReport& measure) {
  if (!measure.has_beside()) return {""};
  const v1::Estimate& beside = measure.beside();
  const bool is_sure = beside.has_low() && (beside.low() > 0 || beside.high() < 0);
  const auto signed_reading = [&](double value) {
    return (value > 0 ? "+" : value < 0 ? "-" : "") + rounded(std::abs(value), measure.unit());
  };
  std::string text = signed_reading(beside.value());
  if (beside.has_low() && beside.low() != beside.high()) {
    text += fmt::format(" ({}..{})", signed_reading(beside.low()), signed_reading(beside.high()));
  }
  return {text, is_sure ? Tone::strong : Tone::dim};
}

class SweepTables {
 public:
  SweepTables(const v1::SweepReport& report, const v1::Sweep& of, Colour colour)
      : report_(report), of_(of), colour_(colour) {
    std::set<std::string> variants;
    for (const v1::PointReport& point : report.points()) variants.insert(point.variant());
    has_designs_ = variants.size() > 1;
  }

  std::string text() const {
    std::string text = head();
    if (report_.points().empty()) return text;
    for (int i = 0; i < report_.points(0).measures_size(); ++i) text += "\n" + measure(i);
    return text + expectations() + failures();
  }

 private:
  std::string head() const {
    std::string text =
        fmt::format("{}: {} points of {} runs each, seeds {} to {}\n",
                    paint(report_.sweep(), Tone::strong, colour_), report_.points_size(),
                    of_.runs(), of_.seed(), of_.seed() + of_.runs() - 1);
    if (report_.runs_done() < report_.runs_planned()) {
      text +=
          paint(fmt::format("{} of {} runs are done so far\n",
                            reading(static_cast<double>(report_.runs_done()), v1::UNIT_NONE),
                            reading(static_cast<double>(report_.runs_planned()), v1::UNIT_NONE)),
                Tone::warning, colour_);
    }
    return text +
           "In brackets: 95 % confidence intervals. Differences are of runs with the same seed.\n";
  }

  std::vector<Cell> point_cells(const v1::PointReport& point) const {
    std::vector<Cell> cells;
    if (has_designs_) cells.push_back({design_name(point.variant()), Tone::strong});
    for (const std::string& value : point.values()) cells.push_back({value, Tone::strong});
    if (cells.empty()) cells.push_back({design_name(point.variant()), Tone::strong});
    return cells;
  }

  std::vector<Cell> point_header() const {
    std::vector<Cell> cells;
    if (has_designs_ || report_.axes().empty()) cells.push_back({"design", Tone::dim});
    for (const std::string& axis : report_.axes()) cells.push_back({axis, Tone::dim});
    return cells;
  }

  std::string measure(int index) const {
    const std::string& name = report_.points(0).measures(index).name();
    const v1::MeasureBound& bound = of_.measures().at(name);
    const std::string wanted = bounds_text(bound);
    const bool is_partial = std::any_of(
        report_.points().begin(), report_.points().end(),
        [&](const v1::PointReport& point) { return point.measures(index).runs() != of_.runs(); });
    std::vector<Cell> header = point_header();
    if (is_partial) header.push_back({"runs", Tone::dim});
    for (const char* column : {"mean", "median", "p95", "most"}) {
      header.push_back({column, Tone::dim});
    }
    if (!wanted.empty()) header.push_back({wanted, Tone::dim});
    const bool is_compared = report_.points_size() > 1;
    if (is_compared) header.push_back({"beside " + first_name(), Tone::dim});
    std::vector<Align> columns(header.size(), Align::right);
    for (std::size_t i = 0; i < point_header().size(); ++i) columns[i] = Align::left;
    Table table(columns);
    table.add(header);
    for (const v1::PointReport& point : report_.points()) {
      const v1::MeasureReport& measured = point.measures(index);
      std::vector<Cell> row = point_cells(point);
      if (is_partial) row.push_back({reading(static_cast<double>(measured.runs()), v1::UNIT_NONE)});
      const auto cell = [&](bool is_there, const v1::Estimate& estimate, v1::Unit unit) {
        row.push_back({is_there ? estimated(estimate, unit) : "-"});
      };
      cell(measured.has_mean(), measured.mean(), measured.unit());
      for (const double one :
           {measured.median().value(), measured.p95().value(), measured.most()}) {
        row.push_back({measured.runs() > 0 ? rounded(one, measured.unit()) : "-"});
      }
      if (!wanted.empty()) cell(measured.has_within(), measured.within(), v1::UNIT_RATIO);
      if (is_compared) row.push_back(beside_cell(measured));
      table.add(std::move(row));
    }
    return fmt::format("{}: {} of {}\n", paint(name, Tone::strong, colour_), bound.name(),
                       subject_of(bound)) +
           table.text(colour_) + influences(index);
  }

  std::string first_name() const {
    if (has_designs_) return design_name(report_.points(0).variant());
    return fmt::format("{}", fmt::join(report_.points(0).values(), ", "));
  }

  std::string influences(int index) const {
    Table table({Align::left, Align::left, Align::right, Align::left});
    for (const v1::PointReport& point : report_.points()) {
      for (const v1::Influence& one : point.measures(index).influences()) {
        if (one.explained() < kWorthALine) continue;
        std::vector<std::string> labels;
        for (const Cell& cell : point_cells(point)) labels.push_back(cell.text);
        std::string way;
        if (one.has_rank_correlation()) {
          way = fmt::format("rank correlation {:+.2f} ({:+.2f} to {:+.2f})",
                            one.rank_correlation().value(), one.rank_correlation().low(),
                            one.rank_correlation().high());
        }
        table.add({{fmt::format("{}", fmt::join(labels, ", "))},
                   {one.drawn(), Tone::strong},
                   {fmt::format("{:.0f}%", 100 * one.explained())},
                   {way}});
      }
    }
    if (table.is_empty()) return "";
    return "  what decides it, and how much of the difference between runs goes with it:\n" +
           table.text(colour_);
  }

  std::string expectations() const {
    Table table(std::vector<Align>(point_header().size() + 2, Align::left));
    for (const v1::PointReport& point : report_.points()) {
      for (const v1::ExpectationReport& one : point.expectations()) {
        if (one.held().value() == 1) continue;
        std::vector<Cell> row = point_cells(point);
        row.push_back({one.name()});
        row.push_back(
            {estimated(one.held(), v1::UNIT_RATIO) +
             fmt::format(" of {}", reading(static_cast<double>(one.runs()), v1::UNIT_NONE))});
        table.add(std::move(row));
      }
    }
    if (table.is_empty()) return "";
    return "\n" + paint("Expectations that did not always hold", Tone::strong, colour_) + "\n" +
           table.text(colour_);
  }

  std::string failures() const {
    if (report_.runs_failed() == 0) return "";
    std::string text = "\n" + paint(fmt::format("{} of {} runs have no result\n",
                                                report_.runs_failed(), report_.runs_done()),
                                    Tone::bad, colour_);
    for (const v1::FailedRun& one : report_.failed()) {
      text += fmt::format("  {} seed {}: {}\n    {}\n",
                          design_name(report_.points(static_cast<int>(one.point())).variant()),
                          one.seed(), one.error(), fmt::join(one.changes(), " "));
    }
    return text;
  }

  const v1::SweepReport& report_;
  const v1::Sweep& of_;
  Colour colour_;
  bool has_designs_ = false;
};

}  // namespace

std::string sweep(const v1::SweepReport& report, const v1::Sweep& of, Colour colour) {
  return SweepTables(report, of, colour).text();
}

}  // namespace chokepoint::cli
