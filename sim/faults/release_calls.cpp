#include "sim/faults/release_calls.h"

#include <algorithm>
#include <limits>

namespace chokepoint::sim {

std::vector<ReleaseCall> release_calls(
    const google::protobuf::RepeatedPtrField<v1::TheftCall>& single, const v1::Drain& drain,
    double assets) {
  constexpr double kEverything = std::numeric_limits<double>::infinity();
  std::vector<ReleaseCall> calls;
  for (const v1::TheftCall& call : single) {
    calls.push_back({call.after(), call.has_amount() ? call.amount() : kEverything});
  }
  const double all = drain.has_amount() ? drain.amount() : assets;
  for (std::uint32_t number = 0; number < drain.calls(); ++number) {
    const double step = drain.calls() > 1 ? drain.over() / (drain.calls() - 1) : 0;
    calls.push_back({drain.after() + number * step, all / drain.calls()});
  }
  std::stable_sort(calls.begin(), calls.end(),
                   [](const ReleaseCall& a, const ReleaseCall& b) { return a.after < b.after; });
  return calls;
}

}  // namespace chokepoint::sim
