#include "cli/render/verdicts.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/render/reading.h"
#include "cli/render/table.h"

namespace chokepoint::cli {
namespace {

std::string_view name_of(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_HELD:
      return "held";
    case v1::OUTCOME_DEVIATED:
      return "deviated";
    case v1::OUTCOME_ABORTED:
      return "aborted";
    case v1::OUTCOME_INVALID:
      return "invalid";
    case v1::OUTCOME_NOT_REVERTED:
      return "not reverted";
    case v1::OUTCOME_UNSPECIFIED:
    case v1::Outcome_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Outcome_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return "no verdict";
}

std::string_view name_of(v1::Basis basis) {
  switch (basis) {
    case v1::BASIS_PREDICTED:
      return "predicted";
    case v1::BASIS_CALIBRATED:
      return "calibrated";
    case v1::BASIS_UNSPECIFIED:
    case v1::Basis_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Basis_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return "";
}

std::string basis_of(const v1::Verdict& verdict) {
  const std::string_view basis = name_of(verdict.basis());
  return verdict.grade().empty() ? std::string(basis)
                                 : fmt::format("{} ({})", basis, verdict.grade());
}

// The number as it is read, where there is one; it is exact in the record.
std::string observed(const v1::Verdict& verdict) {
  return verdict.has_value() ? reading(verdict.value(), verdict.unit()) : verdict.observed();
}

}  // namespace

Tone tone_of(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_HELD:
      return Tone::good;
    case v1::OUTCOME_DEVIATED:
    case v1::OUTCOME_ABORTED:
    case v1::OUTCOME_INVALID:
    case v1::OUTCOME_NOT_REVERTED:
      return Tone::bad;
    case v1::OUTCOME_UNSPECIFIED:
    case v1::Outcome_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::Outcome_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return Tone::warning;
}

std::string verdict(const v1::RunRecord& record) {
  const auto held = std::count_if(record.verdicts().begin(), record.verdicts().end(),
                                  [](const v1::Verdict& one) { return one.held(); });
  const std::string_view outcome = name_of(record.outcome());
  if (record.verdicts().empty()) return fmt::format("{}: the scenario expects nothing", outcome);
  if (record.outcome() == v1::OUTCOME_HELD) {
    return fmt::format("held: all {} expectations", record.verdicts_size());
  }
  return fmt::format("{}: {} of {} expectations held", outcome, held, record.verdicts_size());
}

std::string verdicts(const v1::RunRecord& record, Colour colour) {
  Table table({Align::left, Align::left, Align::left, Align::left, Align::left});
  if (!record.verdicts().empty()) {
    table.add({{""},
               {"expectation", Tone::dim},
               {"basis", Tone::dim},
               {"expected", Tone::dim},
               {"observed", Tone::dim}});
  }
  for (const v1::Verdict& one : record.verdicts()) {
    const Tone tone = one.held() ? Tone::good : Tone::bad;
    table.add({{one.held() ? "held" : "DEVIATED", tone},
               {one.name(), Tone::strong},
               {basis_of(one)},
               {one.expected()},
               {observed(one), one.held() ? Tone::plain : Tone::bad}});
  }
  return table.text(colour);
}

}  // namespace chokepoint::cli
