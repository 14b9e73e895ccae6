#include "controller/http/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "tests/cli/temporary_folder.h"
#include "tests/controller/run/staged.h"

namespace chokepoint::controller {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PagesOfAController : public testing::Test {
 protected:
  PagesOfAController() {
    store_ = *Store::open(folder_ / "state");
    game_days_ = *GameDays::open(config_, *store_, registry_, [](const v1::GameDayNote&) {});
    auto pages =
        Pages::start("127.0.0.1:0", *store_, registry_, *game_days_, metrics_, [] { return 3.0; });
    EXPECT_TRUE(pages) << pages.error().message;
    pages_ = *std::move(pages);
  }

  httplib::Client client() const { return httplib::Client("127.0.0.1", pages_->port()); }
  std::string body(const std::string& path, int status = 200) const {
    const auto answer = client().Get(path);
    EXPECT_TRUE(answer);
    if (!answer) return "";
    EXPECT_EQ(answer->status, status) << answer->body;
    return answer->body;
  }
  void note(const std::string& id, v1::GameDayState state) {
    v1::GameDayNote note;
    note.mutable_state()->set_state(state);
    ASSERT_TRUE(store_->note(id, note));
  }
  // The first so many bytes, or what came within a second.
  std::string events(std::size_t size, const httplib::Headers& headers = {}) const {
    std::string text;
    httplib::Client reader = client();
    reader.set_read_timeout(1);
    reader.Get("/api/v1/events", headers, [&](const char* data, std::size_t length) {
      text.append(data, length);
      return text.size() < size;
    });
    return text;
  }

  cli::testing::TemporaryFolder folder_;
  v1::ControllerConfig config_;
  std::unique_ptr<Store> store_;
  Registry registry_;
  Metrics metrics_;
  std::unique_ptr<GameDays> game_days_;
  std::unique_ptr<Pages> pages_;
};

TEST_F(PagesOfAController, TellThatItLivesAndCanWrite) {
  EXPECT_EQ(body("/healthz"), "alive\n");
  EXPECT_EQ(body("/readyz"), "ready\n");
}

TEST_F(PagesOfAController, GiveFiguresForPrometheus) {
  v1::GameDayNote note;
  note.mutable_injection()->set_step(v1::INJECTION_STEP_INJECTED);
  note.mutable_injection()->set_took_s(0.012);
  metrics_.observe(note);

  const std::string text = body("/metrics");

  EXPECT_THAT(text, HasSubstr("chokepoint_controller_inject_seconds_count 1"));
  EXPECT_THAT(text, HasSubstr("chokepoint_controller_calls_refused_total 3"));
  EXPECT_THAT(body("/metrics"), HasSubstr("calls_refused_total 3")) << "counted once";
}

TEST_F(PagesOfAController, TellOfAgentsAndGameDaysAsJson) {
  std::atomic<int> in_place = 0;
  const auto agent = std::make_shared<StagedAgent>(registry_, "a1", in_place);
  agent->join();
  ASSERT_TRUE(store_->add({.id = "day-1", .by = "ann", .submitted_at = 1, .plan = two_faults()}));

  const auto agents = nlohmann::json::parse(body("/api/v1/agents"));
  const auto days = nlohmann::json::parse(body("/api/v1/game-days"));
  const auto day = nlohmann::json::parse(body("/api/v1/game-days/day-1"));

  EXPECT_EQ(agents["agents"][0]["hello"]["agent"], "a1");
  EXPECT_EQ(agents["agents"][0]["is_connected"], true);
  EXPECT_EQ(days["game_days"][0]["state"], "GAME_DAY_STATE_PLANNED");
  EXPECT_EQ(day["plan"]["injections"].size(), 2U);
  EXPECT_THAT(body("/api/v1/game-days/day-2", 404), HasSubstr("no game day 'day-2'"));
}

TEST_F(PagesOfAController, StreamEveryNoteFromTheLastOneOnThatTheReaderSaw) {
  note("day-1", v1::GAME_DAY_STATE_RUNNING);
  note("day-1", v1::GAME_DAY_STATE_HELD);

  EXPECT_THAT(events(200), HasSubstr("id: 1\nevent: note\ndata: {\"game_day\":\"day-1\""));
  const std::string later = events(100, {{"Last-Event-ID", "1"}});
  EXPECT_THAT(later, HasSubstr("id: 2\n"));
  EXPECT_THAT(later, Not(HasSubstr("id: 1\n")));
}

TEST_F(PagesOfAController, AnswerWhateverTheNumberOfReaders) {
  std::vector<std::thread> readers;
  std::atomic<int> busy = 0;
  std::atomic<bool> is_over = false;
  for (int i = 0; i < 60; ++i) {
    readers.emplace_back([&] {
      httplib::Client reader = client();
      reader.set_read_timeout(10);
      const auto answer =
          reader.Get("/api/v1/events", [&](const char*, std::size_t) { return !is_over.load(); });
      if (answer && answer->status == 503) ++busy;
    });
  }
  for (int i = 0; i < 600 && busy < 12; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));

  EXPECT_EQ(body("/healthz"), "alive\n");
  EXPECT_EQ(busy, 12) << "48 may read at the same time";
  is_over = true;
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace chokepoint::controller
