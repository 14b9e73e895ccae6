#include "sim/random/stream.h"

#include <cmath>
#include <numbers>

#include "scenarios/base/assert.h"

namespace chokepoint::sim {
namespace {

constexpr std::uint64_t kFnvOffset = 0xcbf29ce484222325ULL;
constexpr std::uint64_t kFnvPrime = 0x100000001b3ULL;

std::uint64_t fnv1a(std::uint64_t hash, std::string_view text) {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= kFnvPrime;
  }
  return (hash ^ 0xff) * kFnvPrime;  // a separator: ("a", "bc") differs from ("ab", "c")
}

std::uint64_t fnv1a(std::uint64_t hash, std::uint64_t number) {
  for (int byte = 0; byte < 8; ++byte) {
    hash ^= (number >> (8 * byte)) & 0xff;
    hash *= kFnvPrime;
  }
  return hash;
}

std::uint64_t avalanche(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

Stream::Stream(std::uint64_t seed, std::uint32_t replication, std::string_view component,
               std::string_view purpose) {
  std::uint64_t hash = fnv1a(kFnvOffset, seed);
  hash = fnv1a(hash, std::uint64_t{replication});
  hash = avalanche(fnv1a(fnv1a(hash, component), purpose));
  key_ = {static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(hash >> 32)};
}

void Stream::refill() {
  std::array<std::uint32_t, 4> x = {static_cast<std::uint32_t>(counter_),
                                    static_cast<std::uint32_t>(counter_ >> 32), 0, 0};
  std::uint32_t k0 = key_[0];
  std::uint32_t k1 = key_[1];
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * x[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * x[2];
    x = {static_cast<std::uint32_t>(p1 >> 32) ^ x[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ x[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  block_ = {std::uint64_t{x[0]} << 32 | x[1], std::uint64_t{x[2]} << 32 | x[3]};
  ++counter_;
  used_ = 0;
}

std::uint64_t Stream::bits() {
  if (used_ == 2) refill();
  return block_[used_++];
}

double Stream::uniform() { return (static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52; }

std::uint64_t Stream::below(std::uint64_t limit) {
  CHOKEPOINT_ASSERT(limit > 0, "a draw needs at least one choice");
  const std::uint64_t reject_from = ~std::uint64_t{0} - (~std::uint64_t{0} % limit + 1) % limit;
  std::uint64_t draw = bits();
  while (draw > reject_from) draw = bits();
  return draw % limit;
}

double Stream::exponential(double mean) { return -mean * std::log(uniform()); }

double Stream::normal() {
  const double radius = std::sqrt(-2 * std::log(uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

std::uint64_t Stream::poisson(double mean) {
  if (mean <= 0) return 0;
  if (mean >= 30) {
    const double draw = std::round(mean + std::sqrt(mean) * normal());
    return draw <= 0 ? 0 : static_cast<std::uint64_t>(draw);
  }
  const double floor = std::exp(-mean);
  std::uint64_t count = 0;
  for (double product = uniform(); product > floor; product *= uniform()) ++count;
  return count;
}

double Stream::duration(const v1::DrawnDuration& law) {
  switch (law.law_case()) {
    case v1::DrawnDuration::kFixed:
      return law.fixed();
    case v1::DrawnDuration::kUniform:
      return law.uniform().from() + (law.uniform().to() - law.uniform().from()) * uniform();
    case v1::DrawnDuration::kExponential:
      return exponential(law.exponential());
    case v1::DrawnDuration::kLognormal: {
      constexpr double kNormal95 = 1.6448536269514722;
      const double sigma = std::log(law.lognormal().p95() / law.lognormal().median()) / kNormal95;
      return law.lognormal().median() * std::exp(sigma * normal());
    }
    case v1::DrawnDuration::LAW_NOT_SET:
      return 0;
  }
  return 0;
}

double Stream::temperature(const v1::DrawnTemperature& law) {
  switch (law.law_case()) {
    case v1::DrawnTemperature::kFixed:
      return law.fixed();
    case v1::DrawnTemperature::kNormal: {
      double deviations = normal();
      while (std::abs(deviations) > 3) deviations = normal();
      return law.normal().mean() + law.normal().deviation() * deviations;
    }
    case v1::DrawnTemperature::LAW_NOT_SET:
      return 0;
  }
  return 0;
}

}  // namespace chokepoint::sim
