#include "controller/compare/score.h"

#include <algorithm>
#include <cmath>

namespace chokepoint::controller {

double interval_score(const v1::Band& band, std::uint32_t runs, double observed) {
  constexpr double kMedian = 0.5;  // its weight; that of the interval is half its `outside`
  const double outside = 2.0 / (static_cast<double>(runs) + 1);
  const double width = band.high() - band.low();
  const double miss = std::max({0.0, band.low() - observed, observed - band.high()});
  return (kMedian * std::abs(observed - band.median()) + outside / 2 * width + miss) /
         (1 + kMedian);
}

double score_of(const ScoredMeasure& measure, std::uint32_t runs, double scale) {
  if (!measure.observed) return measure.share * measure.share;
  const double absent = 1 - measure.share;
  if (measure.band == nullptr) return absent * absent + 1;
  const double having = std::max(1.0, std::round(measure.band->share() * runs));
  const auto values = static_cast<std::uint32_t>(having);
  return absent * absent + interval_score(*measure.band, values, *measure.observed) / scale;
}

}  // namespace chokepoint::controller
