#include "controller/run/game_day.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "controller/record/make_record.h"
#include "tests/cli/temporary_folder.h"
#include "tests/controller/run/staged.h"

namespace chokepoint::controller {
namespace {

using ::testing::HasSubstr;

// Two faults within three quarters of a second, watched for a while.
v1::GameDayPlan quick_plan() {
  v1::GameDayPlan plan = two_faults();
  plan.set_horizon_s(1);
  plan.mutable_injections(0)->set_at_s(0.1);
  plan.mutable_injections(0)->set_duration_s(0.4);
  plan.mutable_injections(1)->set_at_s(0.2);
  plan.mutable_injections(1)->set_duration_s(0.4);
  plan.mutable_windows(0)->set_from_s(0.05);
  plan.mutable_windows(0)->set_to_s(0.7);
  v1::Band& band = *plan.add_bands();
  band.set_capability("trade");
  band.set_measure("outage");
  band.set_low(0.5);
  band.set_median(0.5);
  band.set_high(0.5);
  band.set_share(1);
  band.set_unit(v1::UNIT_DURATION);
  v1::Probe& probe = (*plan.mutable_deployment()->mutable_probes())["trade"];
  probe.set_every(0.02);
  probe.set_timeout(0.2);
  v1::Guards& guards = *plan.mutable_deployment()->mutable_guards();
  guards.set_steady_before(0.1);
  guards.set_watch_after(0.1);
  guards.set_outside_band(0.3);
  guards.set_agent_lost(3);
  guards.set_revert_within(0.3);
  return plan;
}

class ThatRuns : public testing::Test {
 protected:
  ThatRuns() {
    auto store = Store::open(folder_ / "state");
    EXPECT_TRUE(store);
    store_ = *std::move(store);
    a1_ = std::make_shared<StagedAgent>(registry_, "a1", in_place_);
    b1_ = std::make_shared<StagedAgent>(registry_, "b1", in_place_);
    a1_->join();
    b1_->join();
  }

  void begin(const v1::GameDayPlan& plan) {
    stored_ = {
        .id = "day-" + std::to_string(++begun_), .by = "ann", .submitted_at = 1, .plan = plan};
    ASSERT_TRUE(store_->add(stored_));
    Askers askers;
    askers["trade"] = std::make_unique<StagedAsker>([this] { return is_broken_ || in_place_ > 0; });
    day_.emplace(*store_, registry_, stored_, std::move(askers), [](const v1::GameDayNote&) {});
  }
  v1::GameDayStatus end() {
    EXPECT_TRUE(day_->wait_until_over(20));
    return day_->status();
  }
  bool within(double seconds, const std::function<bool()>& holds) const {
    for (int i = 0; i < seconds * 200; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  cli::testing::TemporaryFolder folder_;
  Registry registry_;
  std::unique_ptr<Store> store_;
  std::atomic<int> in_place_ = 0;
  std::atomic<bool> is_broken_ = false;
  std::shared_ptr<StagedAgent> a1_;
  std::shared_ptr<StagedAgent> b1_;
  StoredGameDay stored_;
  int begun_ = 0;
  std::optional<GameDay> day_;
};
using AGameDay = ThatRuns;

TEST_F(AGameDay, HoldsWhenWhatHappensIsWhatWasPredicted) {
  begin(quick_plan());

  const v1::GameDayStatus status = end();

  EXPECT_EQ(status.state(), v1::GAME_DAY_STATE_HELD) << status.reason();
  EXPECT_EQ(in_place_, 0);
  const v1::RunRecord record = make_record("day-1", stored_.plan, *store_->notes_of("day-1"));
  EXPECT_EQ(record.outcome(), v1::OUTCOME_HELD);
  ASSERT_EQ(record.injections_size(), 4);
  EXPECT_EQ(record.injections(0).fault(), "pause");
}

TEST_F(AGameDay, DeviatesWhenTheModelWasWrong) {
  v1::GameDayPlan plan = quick_plan();
  plan.mutable_bands(0)->set_low(5);
  plan.mutable_bands(0)->set_median(5);
  plan.mutable_bands(0)->set_high(6);
  begin(plan);

  const v1::GameDayStatus status = end();

  EXPECT_EQ(status.state(), v1::GAME_DAY_STATE_DEVIATED);
  EXPECT_THAT(status.reason(), HasSubstr("predicted 5s to 6s"));
}

TEST_F(AGameDay, InjectsNothingWhileSomethingIsNotWell) {
  is_broken_ = true;
  begin(quick_plan());

  day_->abort("ann aborted it");
  const v1::GameDayStatus status = end();

  EXPECT_EQ(status.state(), v1::GAME_DAY_STATE_REFUSED);
  EXPECT_EQ(a1_->injects + b1_->injects, 0);
}

TEST_F(AGameDay, TakesEverythingBackWhenSomebodyAborts) {
  begin(quick_plan());
  ASSERT_TRUE(within(5, [&] { return in_place_ == 2; }));

  day_->abort("ann aborted it");
  const v1::GameDayStatus status = end();

  EXPECT_EQ(status.state(), v1::GAME_DAY_STATE_ABORTED);
  EXPECT_EQ(status.reason(), "ann aborted it");
  EXPECT_EQ(in_place_, 0);
}

TEST_F(AGameDay, IsAbortedByAGuard) {
  v1::GameDayPlan plan = quick_plan();
  plan.mutable_windows(0)->set_to_s(0.06);
  begin(plan);

  const v1::GameDayStatus status = end();

  EXPECT_EQ(status.state(), v1::GAME_DAY_STATE_ABORTED);
  EXPECT_THAT(status.reason(), HasSubstr("no predicting run had it down"));
  EXPECT_EQ(in_place_, 0);
}

TEST_F(AGameDay, IsAbortedWhenAnAgentRefuses) {
  b1_->behaviour.injects = false;
  begin(quick_plan());

  const v1::GameDayStatus status = end();

  EXPECT_EQ(status.state(), v1::GAME_DAY_STATE_ABORTED);
  EXPECT_THAT(status.reason(), HasSubstr("injection 002 is not injected"));
  EXPECT_EQ(in_place_, 0);
}

TEST_F(AGameDay, IsAbortedWhenAnAgentIsGone) {
  b1_->leave();
  begin(quick_plan());

  const v1::GameDayStatus status = end();

  EXPECT_EQ(status.state(), v1::GAME_DAY_STATE_ABORTED);
  EXPECT_EQ(in_place_, 0);
}

TEST_F(AGameDay, IsNotRevertedWhenNobodyCanSaySo) {
  b1_->behaviour.reverts = false;
  begin(quick_plan());

  const v1::GameDayStatus status = end();

  EXPECT_EQ(status.state(), v1::GAME_DAY_STATE_NOT_REVERTED);
  EXPECT_EQ(make_record("day-1", stored_.plan, *store_->notes_of("day-1")).outcome(),
            v1::OUTCOME_NOT_REVERTED);
}

TEST_F(AGameDay, IsAbortedAfterAllWhenTheAgentComesBackWithNothingInPlace) {
  b1_->behaviour.reverts = false;
  begin(quick_plan());
  ASSERT_EQ(end().state(), v1::GAME_DAY_STATE_NOT_REVERTED);

  b1_->leave();
  b1_->forget();
  b1_->join();

  EXPECT_TRUE(within(5, [&] { return day_->status().state() == v1::GAME_DAY_STATE_ABORTED; }));
  EXPECT_THAT(day_->status().reason(), HasSubstr("if late"));
}

TEST_F(AGameDay, IsAbortedAfterAllWhenAHeartbeatSaysThatNothingIsInPlace) {
  b1_->behaviour.reverts = false;
  begin(quick_plan());
  ASSERT_EQ(end().state(), v1::GAME_DAY_STATE_NOT_REVERTED);
  b1_->forget();

  registry_.heard("b1", v1::Heartbeat());

  EXPECT_TRUE(within(5, [&] { return day_->status().state() == v1::GAME_DAY_STATE_ABORTED; }));
}

TEST_F(AGameDay, RenewsWhatItWantsToLast) {
  v1::GameDayPlan plan = quick_plan();
  plan.mutable_injections(0)->set_duration_s(1);
  begin(plan);
  end();

  EXPECT_GE(a1_->renewals, 2);
}

TEST_F(AGameDay, IsRevertedByTheNextLifeOfItsController) {
  begin(quick_plan());
  ASSERT_TRUE(within(5, [&] { return in_place_ == 2; }));
  a1_->behaviour.answers = b1_->behaviour.answers = false;  // the first life hears nothing more
  const auto notes = store_->notes_of("day-1");
  day_.reset();
  a1_->behaviour.answers = b1_->behaviour.answers = true;

  day_.emplace(*store_, registry_, stored_, *notes, [](const v1::GameDayNote&) {});

  const v1::GameDayStatus status = end();
  EXPECT_EQ(status.state(), v1::GAME_DAY_STATE_ABORTED) << status.reason();
  EXPECT_EQ(in_place_, 0);
}

// Only what is written down carries the wall's clock; nothing that is done waits for it.
TEST_F(AGameDay, GoesOnInItsOwnTimeThoughTheClockWasSetBetweenTwoLives) {
  for (const double set_by : {1e6, -1e6}) {
    begin(quick_plan());
    ASSERT_TRUE(within(5, [&] { return in_place_ == 2; }));
    a1_->behaviour.answers = b1_->behaviour.answers = false;
    auto notes = *store_->notes_of(stored_.id);
    day_.reset();
    a1_->behaviour.answers = b1_->behaviour.answers = true;
    double last_s = 0;
    for (StoredNote& one : notes) {
      one.note.set_wall(one.note.wall() + set_by);
      last_s = std::max(last_s, one.note.at_s());
    }
    const auto begun = std::chrono::steady_clock::now();

    day_.emplace(*store_, registry_, stored_, notes, [](const v1::GameDayNote&) {});

    EXPECT_EQ(end().state(), v1::GAME_DAY_STATE_ABORTED);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
    EXPECT_EQ(in_place_, 0);
    EXPECT_GE(day_->status().at_s(), last_s);
    day_.reset();
  }
}

TEST_F(AGameDay, IsDoneWhenItIsOverAndHearsNothingMore) {
  begin(quick_plan());
  end();

  EXPECT_TRUE(within(5, [&] { return day_->is_done(); }));
}

TEST_F(AGameDay, SaysWhatHappenedInItsRecordInTheScenariosTime) {
  v1::GameDayPlan plan = quick_plan();
  plan.set_pace(10);
  plan.set_horizon_s(10);
  plan.mutable_windows(0)->set_from_s(0.5);
  plan.mutable_windows(0)->set_to_s(7);
  begin(plan);
  end();

  const v1::RunRecord record = make_record("day-1", stored_.plan, *store_->notes_of("day-1"));

  ASSERT_FALSE(record.measures().empty());
  for (const v1::Measure& measure : record.measures()) {
    if (measure.name() != "outage") continue;
    EXPECT_NEAR(measure.value(), 5, 2) << "half a second at ten times the pace";
  }
  EXPECT_NEAR(record.injections(0).at_s(), 1, 1);
  EXPECT_GT(record.samples().columns_size(), 1);
}

}  // namespace
}  // namespace chokepoint::controller
