#include "controller/plan/stretches.h"

#include <algorithm>

namespace chokepoint::controller {

void Stretches::begin(const BoundFault& fault, const v1::Injection& by) {
  Open& open = open_[fault];
  if (open.reasons++ > 0) return;
  open.from_s = by.at_s();
  open.by = by;
}

void Stretches::end(const BoundFault& fault, double at_s) {
  const auto found = open_.find(fault);
  if (found == open_.end() || --found->second.reasons > 0) return;
  if (at_s > found->second.from_s) {
    done_.push_back({.fault = fault,
                     .from_s = found->second.from_s,
                     .to_s = at_s,
                     .begun_by = found->second.by});
  }
  open_.erase(found);
}

std::vector<Stretch> Stretches::take() {
  while (!open_.empty()) {
    const BoundFault fault = open_.begin()->first;
    open_.begin()->second.reasons = 1;
    end(fault, horizon_s_);
    open_.erase(fault);
  }
  std::sort(done_.begin(), done_.end(), [](const Stretch& a, const Stretch& b) {
    return std::tie(a.from_s, a.fault) < std::tie(b.from_s, b.fault);
  });
  return std::move(done_);
}

}  // namespace chokepoint::controller
