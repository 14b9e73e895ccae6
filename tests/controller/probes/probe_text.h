#pragma once
// Probes as people write them, and their askers.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "controller/probes/asker.h"
#include "scenarios/loader/load_message.h"

namespace chokepoint::controller {

inline v1::Probe probe_of(const std::string& yaml) {
  v1::Probe probe;
  const Errors errors = load_message_text(yaml, "probe.yaml", probe, "");
  EXPECT_TRUE(errors.empty()) << yaml << "\n" << format_errors(errors);
  return probe;
}

inline std::unique_ptr<Asker> asker_of(const std::string& yaml,
                                       const v1::ControllerConfig& config = {}) {
  auto asker = make_asker(probe_of(yaml), config);
  EXPECT_TRUE(asker) << asker.error().message;
  return asker ? *std::move(asker) : nullptr;
}

inline Answer answer_to(const std::string& yaml) { return asker_of(yaml)->ask(); }

// A probe with this timeout was not late by more than a busy machine explains, nor early.
inline void expect_waited_for(const Answer& answer, double timeout) {
  constexpr double kLate = 1.5;  // seconds
  EXPECT_GE(answer.took_s, timeout);
  EXPECT_LT(answer.took_s, timeout + kLate);
}

}  // namespace chokepoint::controller
