#pragma once
// One game day while it runs: looks whether all is well, injects and reverts as planned, watches,
// and ends early when a guard trips, somebody aborts, or what happens is not what was planned.
// Whatever happens is written down before anybody is ordered to do something; what cannot be
// written down is not begun.
//
//   looking whether all is well -> running -> held | deviated
//              |                      |
//           refused               reverting -> aborted | not reverted
//
// Thread rule: any thread; the game day itself is a thread of its own.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <variant>

#include "controller/probes/prober.h"
#include "controller/registry/registry.h"
#include "controller/run/injections.h"
#include "controller/run/progress.h"
#include "controller/store/store.h"

namespace chokepoint::controller {

// By capability.
using Askers = std::map<std::string, std::unique_ptr<Asker>>;
// Told of each note, from the game day's thread.
using NoteListener = std::function<void(const v1::GameDayNote&)>;

class GameDay final : public AgentListener, public Prober::Listener {
 public:
  // A new one.
  GameDay(Store& store, Registry& registry, const StoredGameDay& game_day, Askers askers,
          NoteListener listener);
  // One that an earlier life of the controller left behind: what is or may be in place is reverted.
  GameDay(Store& store, Registry& registry, const StoredGameDay& game_day,
          const std::vector<StoredNote>& notes, NoteListener listener);
  // Ends the thread where it stands; abort first, and wait, where something may be in place.
  ~GameDay() override;
  GameDay(const GameDay&) = delete;
  GameDay& operator=(const GameDay&) = delete;

  // Takes everything back. Nothing when it is over, or being aborted already.
  void abort(const std::string& reason);
  v1::GameDayStatus status() const;
  bool is_over() const;
  // Over, and nothing that an agent may yet say changes anything: all of it is in the store.
  bool is_done() const;
  // Waits for its end, at most so long.
  bool wait_until_over(double seconds) const;

  void has_joined(const v1::Hello& hello) override;
  void has_beaten(const std::string& agent, const v1::Heartbeat& heartbeat) override;
  void has_told(const std::string& agent, const v1::OrderOutcome& outcome) override;
  void asked(const std::string& capability, const Asked& asked) override;
  void turned(const std::string& capability, const Turn& turn) override;

 private:
  using Clock = std::chrono::steady_clock;
  struct Told {
    std::string agent;
    v1::OrderOutcome outcome;
  };
  struct Turned {
    std::string capability;
    Turn turn;
  };
  struct Beaten {
    std::string agent;
    v1::Heartbeat heartbeat;
  };
  using Happened = std::variant<Told, v1::Hello, Beaten, Turned>;

  void run();
  void take_up();
  bool is_steady();
  void carry_out();
  // Agents have their lease to answer, and at least so long.
  void take_back(double at_least_s = 0);
  void judge();
  void wait_for_stragglers();
  void finish();

  double now_s() const;
  double at_s(Clock::time_point at) const;
  // Waits until something happens, at most so long, and takes it in.
  void wait(double seconds);
  void take_in(const std::deque<Happened>& happened);
  void take_changes(const std::vector<InjectionChange>& changes);
  void look_at(const v1::InjectionNote& note);
  void renew();
  void sample();
  void guard();
  void enter(v1::GameDayState state, const std::string& reason);
  // False when it cannot be written; it is kept, and written with the next one that can be.
  bool write(std::vector<v1::GameDayNote> notes);
  std::string reason_to_abort() const;
  double longest_lease() const;

  Store& store_;
  Registry& registry_;
  const std::string id_;
  const v1::GameDayPlan plan_;
  NoteListener listener_;
  Injections injections_;
  std::vector<std::unique_ptr<Prober>> probers_;
  Askers askers_;
  std::vector<v1::GameDayNote> unwritten_;
  std::atomic<Clock::time_point> zero_ = Clock::now();  // of the game day
  std::atomic<bool> is_anything_unknown_ = false;
  double renewed_s_ = -1e9;
  double sampled_s_ = -1e9;

  mutable std::mutex mutex_;
  mutable std::condition_variable something_;
  std::deque<Happened> happened_;
  std::map<std::string, v1::SampleNote> samples_;
  std::string abort_reason_;
  bool is_ending_ = false;
  bool is_done_ = false;
  Progress progress_;

  std::thread thread_;
};

}  // namespace chokepoint::controller
