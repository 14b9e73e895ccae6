#include "controller/run/injections.h"

#include <gtest/gtest.h>

#include "tests/controller/run/two_faults.h"

namespace chokepoint::controller {
namespace {

class InjectionsOfTwo : public testing::Test {
 protected:
  v1::ToAgent inject_first() {
    const auto changes = injections_.due(1);
    EXPECT_EQ(changes.size(), 1U);
    return changes.front().order->message;
  }
  v1::InjectionStep step(int index) const {
    return injections_.status()[static_cast<std::size_t>(index)].step();
  }

  Injections injections_{two_faults(), "day-1"};
};

TEST_F(InjectionsOfTwo, AreOrderedWhenTheirTimeHasCome) {
  EXPECT_TRUE(injections_.due(0.9).empty());
  EXPECT_EQ(injections_.next_due(), 1);

  const v1::ToAgent order = inject_first();

  EXPECT_EQ(order.inject().id(), "day-1-001");
  EXPECT_EQ(step(0), v1::INJECTION_STEP_ORDERED);
  EXPECT_TRUE(injections_.due(1.5).empty()) << "an order is given once";
  EXPECT_EQ(injections_.next_due(), 2);
}

TEST_F(InjectionsOfTwo, AreInPlaceOnlyWhenAWitnessSawThem) {
  const v1::ToAgent order = inject_first();

  const auto change = injections_.take("a1", injected(order));

  ASSERT_TRUE(change);
  EXPECT_EQ(change->note.step(), v1::INJECTION_STEP_INJECTED);
  EXPECT_EQ(injections_.agents_hit(), 1U);
}

TEST_F(InjectionsOfTwo, AreUnknownWhenAnAgentSaysDoneAndNoWitnessSawIt) {
  const v1::ToAgent order = inject_first();

  injections_.take("a1", outcome(order, v1::OUTCOME_CODE_DONE, v1::SIGHT_UNKNOWN));

  EXPECT_EQ(step(0), v1::INJECTION_STEP_UNKNOWN);
  EXPECT_TRUE(injections_.is_anything_out());
}

TEST_F(InjectionsOfTwo, AreRefusedWhenNothingIsInPlaceAfterAll) {
  const v1::ToAgent order = inject_first();

  injections_.take("a1", outcome(order, v1::OUTCOME_CODE_DENIED, v1::SIGHT_BASELINE));

  EXPECT_EQ(step(0), v1::INJECTION_STEP_REFUSED);
  EXPECT_FALSE(injections_.is_anything_out());
}

TEST_F(InjectionsOfTwo, AreRevertedAtTheirEndAndOverWhenThatIsSeen) {
  injections_.take("a1", injected(inject_first()));

  const auto changes = injections_.due(4);  // the second one begins then, too

  ASSERT_EQ(changes.size(), 2U);
  const v1::ToAgent revert = changes[0].order->message;
  EXPECT_EQ(revert.revert().id(), "day-1-001");
  injections_.take("a1", reverted(revert));
  EXPECT_EQ(step(0), v1::INJECTION_STEP_REVERTED);
}

TEST_F(InjectionsOfTwo, AreNotOverWhileARevertIsUnknown) {
  injections_.take("a1", injected(inject_first()));
  const v1::ToAgent revert = injections_.due(4)[0].order->message;

  injections_.take("a1", outcome(revert, v1::OUTCOME_CODE_NOT_REVERTED, v1::SIGHT_UNKNOWN));

  EXPECT_EQ(step(0), v1::INJECTION_STEP_UNKNOWN);
  EXPECT_TRUE(injections_.is_anything_out());
}

TEST_F(InjectionsOfTwo, AreUnknownWhenNobodyAnswersInTime) {
  injections_.take("a1", injected(inject_first()));
  injections_.due(4);

  EXPECT_TRUE(injections_.give_up(3.9).empty());
  EXPECT_EQ(injections_.give_up(4).size(), 1U);
  EXPECT_EQ(step(0), v1::INJECTION_STEP_UNKNOWN);
}

TEST_F(InjectionsOfTwo, ThatEndedOnTheirOwnAreNotOrderedAgain) {
  const v1::ToAgent order = inject_first();
  injections_.take("a1", injected(order));
  v1::OrderOutcome ended = outcome(order, v1::OUTCOME_CODE_ENDED, v1::SIGHT_BASELINE);
  ended.set_order("");

  injections_.take("a1", ended);

  EXPECT_EQ(step(0), v1::INJECTION_STEP_ENDED);
  EXPECT_EQ(injections_.next_due(), 2);
}

TEST_F(InjectionsOfTwo, DoNotBelieveOneAgentAboutAnother) {
  const v1::ToAgent order = inject_first();

  EXPECT_FALSE(injections_.take("b1", injected(order)));
  EXPECT_EQ(step(0), v1::INJECTION_STEP_ORDERED);
}

TEST_F(InjectionsOfTwo, AreAllRevertedAndTheRestIsGivenUp) {
  injections_.take("a1", injected(inject_first()));

  const auto changes = injections_.revert_all(1.5);

  ASSERT_EQ(changes.size(), 2U);
  EXPECT_TRUE(changes[0].order->message.has_revert());
  EXPECT_FALSE(changes[1].order) << "what was never injected needs no order";
  EXPECT_FALSE(injections_.next_due());
}

TEST_F(InjectionsOfTwo, AreRevertedAlsoWhenTheOrderToInjectIsStillOnItsWay) {
  const v1::ToAgent order = inject_first();
  const v1::ToAgent revert = injections_.revert_all(1.1)[0].order->message;

  EXPECT_FALSE(injections_.take("a1", injected(order))) << "the order to revert is behind it";
  EXPECT_TRUE(injections_.is_anything_out());
  injections_.take("a1", reverted(revert));
  EXPECT_FALSE(injections_.is_anything_out());
}

TEST_F(InjectionsOfTwo, AreRevertedWhenTheyCameToBeAfterTheyWereGivenUp) {
  const v1::ToAgent order = inject_first();
  v1::Hello hello;
  hello.set_agent("a1");
  injections_.take(hello);  // the order seems lost
  EXPECT_FALSE(injections_.is_anything_out());

  const auto change = injections_.take("a1", injected(order));

  ASSERT_TRUE(change);
  EXPECT_TRUE(change->order->message.has_revert());
}

TEST_F(InjectionsOfTwo, AreBelievedToBeGoneWhenTheirAgentComesBackWithoutThem) {
  injections_.take("a1", injected(inject_first()));
  injections_.revert_all(1.5);
  injections_.give_up(2);
  ASSERT_EQ(step(0), v1::INJECTION_STEP_UNKNOWN);
  v1::Hello hello;
  hello.set_agent("a1");

  injections_.take(hello);

  EXPECT_EQ(step(0), v1::INJECTION_STEP_REVERTED);
}

TEST_F(InjectionsOfTwo, AreRevertedWhenTheirAgentComesBackWithThemTooLate) {
  injections_.take("a1", injected(inject_first()));
  injections_.revert_all(1.5);
  injections_.give_up(2);
  v1::Hello hello;
  hello.set_agent("a1");
  hello.add_standing()->set_id("day-1-001");

  const auto changes = injections_.take(hello);

  ASSERT_EQ(changes.size(), 1U);
  EXPECT_TRUE(changes[0].order->message.has_revert());
  EXPECT_NE(changes[0].order->message.order(), "day-1-001/revert-1")
      << "a new order, not a known one";
}

TEST_F(InjectionsOfTwo, AreRenewedWhileTheyShouldStand) {
  EXPECT_TRUE(injections_.renewals().empty());
  injections_.take("a1", injected(inject_first()));

  const auto renewals = injections_.renewals();

  ASSERT_EQ(renewals.size(), 1U);
  EXPECT_EQ(renewals[0].message.renew().ids(0), "day-1-001");
  injections_.revert_all(2);
  EXPECT_TRUE(injections_.renewals().empty());
}

TEST_F(InjectionsOfTwo, AreKnownAgainFromTheirNotes) {
  Injections later(two_faults(), "day-1");
  v1::InjectionNote note;
  note.set_id("001");
  note.set_step(v1::INJECTION_STEP_INJECTED);

  later.replay(note, 1.2);

  EXPECT_TRUE(later.is_anything_out());
  EXPECT_EQ(later.revert_all(2).front().order->message.revert().id(), "day-1-001");
}

TEST(InjectionsThatNobodyKnowsOf, AreGoneWhenAHeartbeatDoesNotNameThem) {
  Injections injections(two_faults(), "day");
  const auto ordered = injections.due(2);
  ASSERT_EQ(ordered.size(), 2U);
  v1::Heartbeat nothing;
  EXPECT_TRUE(injections.take("a1", nothing).empty()) << "the order may be on its way";
  v1::OrderOutcome unknown =
      outcome(ordered[0].order->message, v1::OUTCOME_CODE_NOT_REVERTED, v1::SIGHT_UNKNOWN);
  ASSERT_TRUE(injections.take("a1", unknown));
  ASSERT_TRUE(injections.is_anything_unknown());
  v1::Heartbeat standing;
  standing.add_standing()->set_id("day-001");
  EXPECT_TRUE(injections.take("a1", standing).empty());
  EXPECT_TRUE(injections.take("b1", nothing).empty()) << "another agent's word";

  const auto changes = injections.take("a1", nothing);

  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].note.step(), v1::INJECTION_STEP_REVERTED);
  EXPECT_FALSE(injections.is_anything_unknown());
}

}  // namespace
}  // namespace chokepoint::controller
