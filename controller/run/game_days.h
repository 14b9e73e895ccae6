#pragma once
// All game days of a controller: who may begin when, and the stop. What gRPC and HTTP offer,
// without either. Thread rule: any thread.

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "chokepoint/v1/controller.pb.h"
#include "chokepoint/v1/game_days.pb.h"
#include "controller/registry/registry.h"
#include "controller/run/game_day.h"
#include "controller/store/store.h"

namespace chokepoint::controller {

class GameDays {
 public:
  // Takes up what an earlier life left behind: game days that had not ended are reverted.
  // `listener` hears of every note. Errors: unavailable.
  static Result<std::unique_ptr<GameDays>> open(const v1::ControllerConfig& config, Store& store,
                                                Registry& registry, NoteListener listener);
  ~GameDays();

  // Aborts what runs, and waits a while for it; false when something may still be in place. Nothing
  // begins from now on.
  bool end();

  // The errors of each are those of its call in game_days.proto. `by` is who asks.
  Result<v1::SubmitReply> submit(const v1::GameDayPlan& plan, const std::string& by);
  Result<v1::GameDayStatus> start(const v1::StartRequest& request);
  Result<v1::GameDayStatus> abort(const std::string& id, const std::string& reason,
                                  const std::string& by);
  Result<v1::StopReply> stop(const std::string& reason, const std::string& by);
  Result<v1::StopReply> lift();
  Result<v1::GameDayStatus> status(const std::string& id);
  Result<v1::ListReply> list();
  // Those of this life of the controller, but for what is over and forgotten.
  std::vector<v1::GameDayStatus> running() const;
  Result<v1::ShowReply> show(const std::string& id);

  // Grows with everything that happens in any game day.
  std::uint64_t news() const;
  // Waits until there is more than `seen`, at most so long.
  std::uint64_t wait_for_news(std::uint64_t seen, double seconds) const;

 private:
  GameDays(const v1::ControllerConfig& config, Store& store, Registry& registry,
           NoteListener listener)
      : config_(config), store_(store), registry_(registry), listener_(std::move(listener)) {}
  Status take_up();
  void announce(const v1::GameDayNote& note);
  void forget_done();
  Result<StoredGameDay> find(const std::string& id);
  std::optional<v1::GameDayStatus> status_of_running(const std::string& id);
  Result<v1::GameDayStatus> status_of(const StoredGameDay& stored);
  // What each agent would do. Errors: all that stand against it, in one.
  Result<std::vector<v1::InjectionPreview>> previews(const std::string& id,
                                                     const v1::GameDayPlan& plan);
  // No stop, and room to write down what happens.
  Status may_begin();
  // Nothing that the plan is on is another game day's now, and nothing is in place on its agents.
  Status are_free(const v1::GameDayPlan& plan);

  const v1::ControllerConfig& config_;
  Store& store_;
  Registry& registry_;
  NoteListener listener_;

  std::mutex starting_;  // one start at a time
  bool is_ending_ = false;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<GameDay>> running_;  // and those that are not forgotten yet
  std::map<std::string, std::set<std::string>> objects_;     // that each is on

  mutable std::mutex news_mutex_;
  mutable std::condition_variable something_;
  std::uint64_t news_ = 0;
};

}  // namespace chokepoint::controller
