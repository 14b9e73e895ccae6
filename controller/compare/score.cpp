#include "controller/compare/score.h"

#include <algorithm>
#include <set>

namespace chokepoint::controller {
namespace {

double share_at(const std::vector<v1::DownWindow>& windows, double at) {
  for (const v1::DownWindow& window : windows) {
    if (window.from_s() <= at && at < window.to_s()) return window.share();
  }
  return 0;
}

}  // namespace

double seconds_wrong(const std::vector<v1::DownWindow>& predicted,
                     const std::vector<v1::DownWindow>& observed, double horizon_s) {
  std::set<double> changes = {0, std::max(0.0, horizon_s)};
  for (const auto* windows : {&predicted, &observed}) {
    for (const v1::DownWindow& window : *windows) {
      changes.insert(std::clamp(window.from_s(), 0.0, *changes.rbegin()));
      changes.insert(std::clamp(window.to_s(), 0.0, *changes.rbegin()));
    }
  }
  double sum = 0;
  for (auto from = changes.begin(); std::next(from) != changes.end(); ++from) {
    const double wrong = share_at(predicted, *from) - share_at(observed, *from);
    sum += wrong * wrong * (*std::next(from) - *from);
  }
  return sum;
}

}  // namespace chokepoint::controller
