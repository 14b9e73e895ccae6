#include "sim/random/mean.h"

#include <cmath>

namespace chokepoint::sim {

double mean_of(const v1::DrawnDuration& law) {
  switch (law.law_case()) {
    case v1::DrawnDuration::kFixed:
      return law.fixed();
    case v1::DrawnDuration::kUniform:
      return (law.uniform().from() + law.uniform().to()) / 2;
    case v1::DrawnDuration::kExponential:
      return law.exponential();
    case v1::DrawnDuration::kLognormal: {
      constexpr double kNormal95 = 1.6448536269514722;
      const double sigma = std::log(law.lognormal().p95() / law.lognormal().median()) / kNormal95;
      return law.lognormal().median() * std::exp(sigma * sigma / 2);
    }
    case v1::DrawnDuration::LAW_NOT_SET:
      return 0;
  }
  return 0;
}

double least_of(const v1::DrawnDuration& law) {
  const bool has_least = law.has_uniform() && law.uniform().from() > 0;
  return has_least ? law.uniform().from() : mean_of(law);
}

v1::DrawnDuration scaled(const v1::DrawnDuration& law, double factor) {
  v1::DrawnDuration result = law;
  switch (law.law_case()) {
    case v1::DrawnDuration::kFixed:
      result.set_fixed(law.fixed() * factor);
      break;
    case v1::DrawnDuration::kUniform:
      result.mutable_uniform()->set_from(law.uniform().from() * factor);
      result.mutable_uniform()->set_to(law.uniform().to() * factor);
      break;
    case v1::DrawnDuration::kExponential:
      result.set_exponential(law.exponential() * factor);
      break;
    case v1::DrawnDuration::kLognormal:
      result.mutable_lognormal()->set_median(law.lognormal().median() * factor);
      result.mutable_lognormal()->set_p95(law.lognormal().p95() * factor);
      break;
    case v1::DrawnDuration::LAW_NOT_SET:
      break;
  }
  return result;
}

}  // namespace chokepoint::sim
