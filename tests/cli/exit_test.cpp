#include "cli/exit.h"

#include <gtest/gtest.h>

namespace chokepoint::cli {
namespace {

TEST(Exit, NumbersAreTheOnesInTheManual) {
  EXPECT_EQ(static_cast<int>(Exit::held), 0);
  EXPECT_EQ(static_cast<int>(Exit::deviated), 1);
  EXPECT_EQ(static_cast<int>(Exit::invalid), 2);
  EXPECT_EQ(static_cast<int>(Exit::aborted), 3);
  EXPECT_EQ(static_cast<int>(Exit::not_reverted), 4);
  EXPECT_EQ(static_cast<int>(Exit::interrupted), 130);
}

TEST(Exit, InvalidInputIsInvalid) { EXPECT_EQ(exit_of(Code::invalid_input), Exit::invalid); }
TEST(Exit, AMissingThingIsInvalid) { EXPECT_EQ(exit_of(Code::not_found), Exit::invalid); }
TEST(Exit, AConflictIsInvalid) { EXPECT_EQ(exit_of(Code::conflict), Exit::invalid); }
TEST(Exit, AMissingPermissionIsInvalid) { EXPECT_EQ(exit_of(Code::denied), Exit::invalid); }
TEST(Exit, WhatCannotBeReachedAborts) { EXPECT_EQ(exit_of(Code::unavailable), Exit::aborted); }
TEST(Exit, NoAnswerInTimeAborts) { EXPECT_EQ(exit_of(Code::timed_out), Exit::aborted); }
TEST(Exit, AFaultLeftBehindIsNotReverted) {
  EXPECT_EQ(exit_of(Code::not_reverted), Exit::not_reverted);
}

TEST(Exit, EveryOutcomeHasItsNumber) {
  EXPECT_EQ(exit_of(v1::OUTCOME_HELD), Exit::held);
  EXPECT_EQ(exit_of(v1::OUTCOME_DEVIATED), Exit::deviated);
  EXPECT_EQ(exit_of(v1::OUTCOME_INVALID), Exit::invalid);
  EXPECT_EQ(exit_of(v1::OUTCOME_ABORTED), Exit::aborted);
  EXPECT_EQ(exit_of(v1::OUTCOME_NOT_REVERTED), Exit::not_reverted);
  EXPECT_EQ(exit_of(v1::OUTCOME_UNSPECIFIED), Exit::aborted) << "no verdict is not a good verdict";
}

}  // namespace
}  // namespace chokepoint::cli
