#include "controller/probes/turns.h"

#include <gtest/gtest.h>

namespace chokepoint::controller {
namespace {

using std::chrono::milliseconds;

// A script of answers, one each second from the first second on: '+' is good.
std::string turns_of(std::uint32_t failures, const std::string& answers) {
  Turns turns(failures);
  std::string said;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const SteadyTime began(std::chrono::seconds(i + 1));
    const std::string text = std::to_string(i + 1);
    const auto turn = turns.take({began, {.is_good = answers[i] == '+', .text = text}});
    if (!turn) continue;
    EXPECT_EQ(turns.is_up(), turn->is_up);
    const auto at = std::chrono::duration_cast<std::chrono::seconds>(turn->at.time_since_epoch());
    EXPECT_EQ(std::to_string(at.count()), turn->text);
    said += (said.empty() ? "" : " ") + text + (turn->is_up ? ":up@" : ":down@") + turn->text;
  }
  return said;
}

TEST(Turns, AreUnknownBeforeTheFirstAnswer) {
  EXPECT_EQ(Turns(2).is_up(), std::nullopt);
  EXPECT_EQ(turns_of(2, ""), "");
}

TEST(Turns, SayUpAtTheFirstGoodAnswer) {
  EXPECT_EQ(turns_of(2, "+"), "1:up@1");
  EXPECT_EQ(turns_of(2, "++++"), "1:up@1");
  EXPECT_EQ(turns_of(2, "-+"), "2:up@2");
}

TEST(Turns, SayDownAfterSoManyFailuresAndDateItBackToTheFirst) {
  EXPECT_EQ(turns_of(1, "+-"), "1:up@1 2:down@2");
  EXPECT_EQ(turns_of(2, "+--"), "1:up@1 3:down@2");
  EXPECT_EQ(turns_of(3, "+-----"), "1:up@1 4:down@2");
  EXPECT_EQ(turns_of(2, "--"), "2:down@1");
}

TEST(Turns, ForgetFailuresThatAreNotInARow) {
  EXPECT_EQ(turns_of(2, "+-+-+-+"), "1:up@1");
  EXPECT_EQ(turns_of(3, "+--+---"), "1:up@1 7:down@5");
}

TEST(Turns, DateTheReturnToItsFirstGoodAnswer) {
  EXPECT_EQ(turns_of(2, "+---++--"), "1:up@1 3:down@2 5:up@5 8:down@7");
}

SteadyTime at(int ms) { return SteadyTime(milliseconds(ms)); }

TEST(NextPoint, IsTheNextOfTheGrid) {
  EXPECT_EQ(next_point(at(1000), milliseconds(500), at(1000), at(1010)), at(1500));
  EXPECT_EQ(next_point(at(1000), milliseconds(500), at(1500), at(1999)), at(2000));
}

TEST(NextPoint, ComesOnlyOnce) {
  EXPECT_EQ(next_point(at(1000), milliseconds(500), at(1000), at(1000)), at(1500));
  EXPECT_EQ(next_point(at(1000), milliseconds(500), at(1500), at(1500)), at(2000));
}

TEST(NextPoint, SkipsWhatAQuestionTookTooLongFor) {
  EXPECT_EQ(next_point(at(1000), milliseconds(500), at(1500), at(2700)), at(3000));
  EXPECT_EQ(next_point(at(1000), milliseconds(500), at(1500), at(3000)), at(3000));
  EXPECT_EQ(next_point(at(1000), milliseconds(500), at(1500), at(3001)), at(3500));
}

}  // namespace
}  // namespace chokepoint::controller
