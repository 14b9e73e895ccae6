#include <fmt/format.h>

#include <string_view>

#include "scenarios/base/quantity.h"
#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

constexpr double kMaxSamples = 1e6;  // each column of the record holds that many numbers
constexpr double kMaxTicks = 1e8;

void check_steps(const Validation& v, std::string_view field, double step, double most) {
  const double horizon = v.scenario().horizon();
  if (step <= 0 || horizon / step <= most || v.unread().covers(v.root().field("horizon"))) return;
  v.refuse(v.root().field("traffic"), {field},
           {fmt::format("{:.0f} steps of {} up to the horizon are too many: at most {:.0f}",
                        horizon / step, format_quantity(step, v1::UNIT_DURATION), most),
            fmt::format("write at least {}", format_quantity(horizon / most, v1::UNIT_DURATION))});
}

}  // namespace

void validate_traffic(const Validation& v) {
  check_steps(v, "tick", v.scenario().traffic().tick(), kMaxTicks);
  check_steps(v, "sample", v.scenario().traffic().sample(), kMaxSamples);
}

}  // namespace chokepoint
