#include "cli/render/calibration.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "cli/render/table.h"
#include "scenarios/base/quantity.h"

namespace chokepoint::cli {
namespace {

std::string range_of(double from, double to, v1::Unit unit) {
  return fmt::format("{} to {}", format_quantity(from, unit), format_quantity(to, unit));
}

Cell what_fits(const v1::FittedParameter& one) {
  if (!one.is_identifiable()) {
    return {"not identifiable: anything from " +
                range_of(one.fits_from(), one.fits_to(), one.unit()) + " fits as well",
            Tone::warning};
  }
  // Where the range was cut off, more of it may fit.
  const bool is_cut = one.fits_from() <= one.from() || one.fits_to() >= one.to();
  return {range_of(one.fits_from(), one.fits_to(), one.unit()) +
              (is_cut ? ", up to the end of what was searched" : ""),
          Tone::plain};
}

std::string parameters_of(const v1::Calibration& calibration, Colour colour) {
  Table table({Align::left, Align::left, Align::right, Align::right, Align::left});
  table.add({{"parameter", Tone::dim},
             {"searched", Tone::dim},
             {"before", Tone::dim},
             {"best", Tone::dim},
             {"fits about as well", Tone::dim}});
  for (const v1::FittedParameter& one : calibration.parameters()) {
    table.add({{one.path()},
               {range_of(one.from(), one.to(), one.unit())},
               {one.has_before() ? format_quantity(one.before(), one.unit()) : "-"},
               {format_quantity(one.best(), one.unit()), Tone::strong},
               what_fits(one)});
  }
  return paint("Fitted", Tone::strong, colour) + "\n" + table.text(colour);
}

std::string outside_of(const v1::Comparison& comparison) {
  std::vector<std::string> outside;
  for (const v1::ComparedCapability& capability : comparison.capabilities()) {
    for (const v1::ComparedMeasure& one : capability.measures()) {
      if (one.is_inside()) continue;
      outside.push_back(fmt::format("{} {} by {}", capability.capability(), one.measure(),
                                    format_quantity(one.outside_by(), one.unit())));
    }
  }
  return fmt::format("{}", fmt::join(outside, ", "));
}

std::string days_of(const v1::Calibration& calibration, Colour colour) {
  Table table({Align::left, Align::left, Align::right, Align::left});
  for (const v1::Comparison& one : calibration.after()) {
    const std::string outside = outside_of(one);
    table.add({{one.game_day().empty() ? "baseline" : one.game_day()},
               {one.variant().empty() ? "base" : one.variant()},
               {fmt::format("{:.3f}", one.score())},
               {outside.empty() ? "inside" : "outside: " + outside,
                outside.empty() ? Tone::good : Tone::bad}});
  }
  return "\n" + paint("Against the best values", Tone::strong, colour) + "\n" + table.text(colour);
}

}  // namespace

std::string calibration(const v1::Calibration& calibration, Colour colour) {
  const std::string design =
      calibration.variant().empty() ? "" : fmt::format(", {}", calibration.variant());
  return fmt::format("{}{}: {} sets of values, {} runs of each design with each\n\n",
                     paint(calibration.scenario(), Tone::strong, colour), design,
                     calibration.candidates(), calibration.seeds()) +
         parameters_of(calibration, colour) + days_of(calibration, colour) +
         fmt::format(
             "\nScore {:.3f} before, {:.3f} with the best; up to {:.3f} counts as about as "
             "good (0 is perfect)\n",
             calibration.score_before(), calibration.score_after(),
             calibration.score_after() + calibration.tolerance());
}

}  // namespace chokepoint::cli
