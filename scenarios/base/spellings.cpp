#include "scenarios/base/spellings.h"

#include "scenarios/base/assert.h"

namespace chokepoint {
namespace {

constexpr double kKibi = 1024;
constexpr UnitSpelling kSpellings[] = {
    {"ns", v1::UNIT_DURATION, 1, 1e9},
    {"us", v1::UNIT_DURATION, 1, 1e6},
    {"ms", v1::UNIT_DURATION, 1, 1e3},
    {"s", v1::UNIT_DURATION},
    {"min", v1::UNIT_DURATION, 60},
    {"m", v1::UNIT_DURATION, 60},
    {"h", v1::UNIT_DURATION, 3600},
    {"d", v1::UNIT_DURATION, 86400},
    {"/d", v1::UNIT_RATE, 1, 86400},
    {"/h", v1::UNIT_RATE, 1, 3600},
    {"/min", v1::UNIT_RATE, 1, 60},
    {"/s", v1::UNIT_RATE},
    {"%", v1::UNIT_RATIO, 1, 100},
    {"x", v1::UNIT_RATIO},
    {"B", v1::UNIT_BYTES},
    {"kB", v1::UNIT_BYTES, 1e3},
    {"MB", v1::UNIT_BYTES, 1e6},
    {"GB", v1::UNIT_BYTES, 1e9},
    {"TB", v1::UNIT_BYTES, 1e12},
    {"PB", v1::UNIT_BYTES, 1e15},
    {"KiB", v1::UNIT_BYTES, kKibi},
    {"MiB", v1::UNIT_BYTES, kKibi* kKibi},
    {"GiB", v1::UNIT_BYTES, kKibi* kKibi* kKibi},
    {"TiB", v1::UNIT_BYTES, kKibi* kKibi* kKibi* kKibi},
    {"PiB", v1::UNIT_BYTES, kKibi* kKibi* kKibi* kKibi* kKibi},
    {"B/s", v1::UNIT_BANDWIDTH},
    {"kB/s", v1::UNIT_BANDWIDTH, 1e3},
    {"MB/s", v1::UNIT_BANDWIDTH, 1e6},
    {"GB/s", v1::UNIT_BANDWIDTH, 1e9},
    {"TB/s", v1::UNIT_BANDWIDTH, 1e12},
    {"KiB/s", v1::UNIT_BANDWIDTH, kKibi},
    {"MiB/s", v1::UNIT_BANDWIDTH, kKibi* kKibi},
    {"GiB/s", v1::UNIT_BANDWIDTH, kKibi* kKibi* kKibi},
    {"bit/s", v1::UNIT_BANDWIDTH, 1, 8},
    {"kbit/s", v1::UNIT_BANDWIDTH, 1e3, 8},
    {"Mbit/s", v1::UNIT_BANDWIDTH, 1e6, 8},
    {"Gbit/s", v1::UNIT_BANDWIDTH, 1e9, 8},
    {"Tbit/s", v1::UNIT_BANDWIDTH, 1e12, 8},
    {"degC", v1::UNIT_TEMPERATURE},
    {"degC/h", v1::UNIT_TEMPERATURE_RATE, 1, 3600},
    {"degC/min", v1::UNIT_TEMPERATURE_RATE, 1, 60},
    {"degC/s", v1::UNIT_TEMPERATURE_RATE},
    {"USD", v1::UNIT_MONEY},
    {"kUSD", v1::UNIT_MONEY, 1e3},
    {"MUSD", v1::UNIT_MONEY, 1e6},
    {"bnUSD", v1::UNIT_MONEY, 1e9},
    {"tnUSD", v1::UNIT_MONEY, 1e12},
};

}  // namespace

std::span<const UnitSpelling> spellings() { return kSpellings; }

std::string_view name_of(v1::Unit unit) {
  switch (unit) {
    case v1::UNIT_NONE:
      return "a plain number";
    case v1::UNIT_DURATION:
      return "a duration";
    case v1::UNIT_RATE:
      return "a rate";
    case v1::UNIT_RATIO:
      return "a share";
    case v1::UNIT_BYTES:
      return "a size in bytes";
    case v1::UNIT_BANDWIDTH:
      return "a bandwidth";
    case v1::UNIT_TEMPERATURE:
      return "a temperature";
    case v1::UNIT_TEMPERATURE_RATE:
      return "a change of temperature";
    case v1::UNIT_MONEY:
      return "an amount of money";
    case v1::UNIT_INSTANT:
      return "an instant";
    case v1::UNIT_ANY:
      return "a quantity";
    case v1::Unit_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Unit_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  CHOKEPOINT_ASSERT(unit == v1::UNIT_NONE, "a unit that the schema does not know");
  return {};
}

}  // namespace chokepoint
