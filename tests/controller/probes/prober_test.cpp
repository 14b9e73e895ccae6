#include "controller/probes/prober.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <vector>

namespace chokepoint::controller {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

class Scripted final : public Asker {
 public:
  explicit Scripted(std::function<Answer(int)> answer) : answer_(std::move(answer)) {}
  Answer ask() override { return answer_(count_++); }

 private:
  std::function<Answer(int)> answer_;
  int count_ = 0;
};

class Heard final : public Prober::Listener {
 public:
  void asked(const std::string& capability, const Asked& asked) override {
    EXPECT_EQ(capability, "trade");
    const std::lock_guard lock(mutex_);
    asked_.push_back(asked);
    came_.notify_all();
  }
  void turned(const std::string& capability, const Turn& turn) override {
    EXPECT_EQ(capability, "trade");
    const std::lock_guard lock(mutex_);
    turns_.push_back(turn);
    came_.notify_all();
  }
  bool wait_for_asked(std::size_t count) {
    return wait([&] { return asked_.size() >= count; });
  }
  bool wait_for_turns(std::size_t count) {
    return wait([&] { return turns_.size() >= count; });
  }
  // Once the prober is gone.
  const std::vector<Asked>& all_asked() const { return asked_; }
  const std::vector<Turn>& turns() const { return turns_; }

 private:
  template <class Condition>
  bool wait(Condition holds) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, std::chrono::seconds(20), holds);
  }

  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Asked> asked_;
  std::vector<Turn> turns_;
};

v1::Probe each(double seconds) {
  v1::Probe probe;
  probe.set_every(seconds);
  probe.set_failures(2);
  return probe;
}

std::unique_ptr<Asker> script(const std::string& answers) {
  return std::make_unique<Scripted>([answers](int i) {
    const bool is_good = answers[std::min<std::size_t>(i, answers.size() - 1)] == '+';
    return Answer{.is_good = is_good, .text = std::to_string(i)};
  });
}

std::unique_ptr<Asker> slow(milliseconds each_takes) {
  return std::make_unique<Scripted>([each_takes](int) {
    std::this_thread::sleep_for(each_takes);
    return Answer{.is_good = true, .text = "good"};
  });
}

TEST(Prober, DatesTurnsByTheQuestionsThatMadeThem) {
  Heard heard;
  {
    Prober prober("trade", each(0.01), script("+---+"), heard);
    ASSERT_TRUE(heard.wait_for_turns(3));
  }
  const auto& asked = heard.all_asked();
  const auto& turns = heard.turns();
  ASSERT_EQ(turns.size(), 3U);
  EXPECT_TRUE(turns[0].is_up);
  EXPECT_EQ(turns[0].at, asked[0].began);
  EXPECT_FALSE(turns[1].is_up);
  EXPECT_EQ(turns[1].at, asked[1].began);
  EXPECT_EQ(turns[1].text, "1");
  EXPECT_TRUE(turns[2].is_up);
  EXPECT_EQ(turns[2].at, asked[4].began);
}

TEST(Prober, AsksAtOnceAndThenOnItsGrid) {
  Heard heard;
  const auto before = Clock::now();
  {
    Prober prober("trade", each(0.05), script("+"), heard);
    ASSERT_TRUE(heard.wait_for_asked(5));
  }
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_GE(heard.all_asked()[i].began, before + static_cast<int>(i) * milliseconds(50));
  }
}

TEST(Prober, SkipsPointsRatherThanBunching) {
  Heard heard;
  const auto before = Clock::now();
  {
    Prober prober("trade", each(0.04), slow(milliseconds(60)), heard);
    ASSERT_TRUE(heard.wait_for_asked(4));
  }
  // Each takes more than one step of the grid, and so the next waits for the second.
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_GE(heard.all_asked()[i].began, before + static_cast<int>(i) * milliseconds(80));
  }
}

TEST(Prober, StopsWhileItWaits) {
  Heard heard;
  Clock::time_point told;
  {
    Prober prober("trade", each(3600), script("+"), heard);
    ASSERT_TRUE(heard.wait_for_asked(1));
    told = Clock::now();
  }
  EXPECT_LT(Clock::now() - told, std::chrono::seconds(2));
  EXPECT_EQ(heard.all_asked().size(), 1U);
}

TEST(Prober, WaitsForAQuestionOnItsWay) {
  Heard heard;
  std::atomic<bool> has_begun = false;
  {
    Prober prober("trade", each(0.01), std::make_unique<Scripted>([&](int) {
                    has_begun = true;
                    std::this_thread::sleep_for(milliseconds(100));
                    return Answer{.is_good = true, .text = "good"};
                  }),
                  heard);
    while (!has_begun) std::this_thread::yield();
  }
  EXPECT_EQ(heard.all_asked().size(), 1U);
}

TEST(Prober, AsksNoMoreOnceItIsStopped) {
  Heard heard;
  std::atomic<int> asked = 0;
  Prober prober("trade", each(0.01), std::make_unique<Scripted>([&](int) {
                  ++asked;
                  return Answer{.is_good = true, .text = "good"};
                }),
                heard);
  ASSERT_TRUE(heard.wait_for_asked(2));
  prober.stop();
  const int so_far = asked;
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_LE(asked, so_far + 1) << "more than the one on its way";
}

}  // namespace
}  // namespace chokepoint::controller
