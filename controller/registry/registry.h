#pragma once
// The agents that a controller knows: who is connected, what each may touch, and the way to each of
// them. Thread rule: any thread; listeners are called without a lock held, from the thread that
// brought the news, and must not block.

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "chokepoint/v1/agent_link.pb.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller {

inline constexpr double kShortestLease = 1;   // seconds, as in an agent's configuration
inline constexpr double kLongestLease = 600;  //
inline constexpr std::size_t kLongestAgentName = 64;

// The far end of one agent's call.
class Line {
 public:
  virtual ~Line() = default;
  virtual void send(const v1::ToAgent& message) = 0;
  // Ends the call, with the reason.
  virtual void hang_up(const Error& reason) = 0;
};

// Who wants to know what agents say. Adds itself to the registry, and takes itself away.
class AgentListener {
 public:
  virtual ~AgentListener() = default;
  virtual void has_joined(const v1::Hello& hello) = 0;
  virtual void has_beaten(const std::string& agent, const v1::Heartbeat& heartbeat) = 0;
  virtual void has_told(const std::string& agent, const v1::OrderOutcome& outcome) = 0;
};

// One agent as far as it is known.
struct KnownAgent {
  v1::Hello hello;  // the last one
  bool is_connected = false;
  double silent_s = 0;                      // since anything was heard
  std::vector<v1::StandingFault> standing;  // as last heard
};

// What a game day looks at many times a second.
struct Pulse {
  double silent_s = 0;
  double lease_s = 0;
};

class Registry {
 public:
  using Clock = std::chrono::steady_clock;

  // An agent said hello. Errors: invalid_input (a name that is none, a lease that no agent has);
  // conflict while an agent of that name is connected and not silent for more than its lease; one
  // that is gets replaced.
  Status join(const std::shared_ptr<Line>& line, const v1::Hello& hello);
  void heard(const std::string& agent, const v1::Heartbeat& heartbeat);
  void heard(const std::string& agent, const v1::OrderOutcome& outcome);
  // The call ended; nothing happens when another line has taken its place.
  void leave(const std::string& agent, const Line* line);

  // False when it is not connected: the order is not sent, then.
  bool order(const std::string& agent, const v1::ToAgent& order);
  // Sends all orders, no two of them with the same id, and waits for their outcomes, which come in
  // the same order. Errors in place of an outcome: unavailable (not connected), timed_out.
  std::vector<Result<v1::OrderOutcome>> ask(
      const std::vector<std::pair<std::string, v1::ToAgent>>& orders, double timeout_s);

  std::optional<KnownAgent> find(const std::string& agent) const;
  // In the same order; nothing for those that were never here.
  std::vector<std::optional<Pulse>> pulses(const std::vector<std::string>& agents) const;
  std::size_t connected() const;
  // By name.
  std::vector<KnownAgent> all() const;

  void add(AgentListener* listener);
  // Returns when no call of the listener is under way.
  void remove(AgentListener* listener);

 private:
  struct Entry {
    v1::Hello hello;
    std::shared_ptr<Line> line;
    Clock::time_point heard;
    std::vector<v1::StandingFault> standing;
  };
  struct Question {
    std::string agent;
    std::optional<v1::OrderOutcome> answer = {};
  };
  static double silent_s(const Entry& entry);
  static KnownAgent known(const Entry& entry);
  template <class Call>
  void tell(Call call);

  mutable std::mutex mutex_;
  std::map<std::string, Entry> agents_;
  std::map<std::string, Question> asked_;  // by order
  std::condition_variable answered_;

  std::recursive_mutex listening_;
  std::vector<AgentListener*> listeners_;
};

}  // namespace chokepoint::controller
