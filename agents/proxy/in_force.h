#pragma once
// The one rule that a proxy follows, for as long as somebody renews it: a proxy that nobody speaks
// to any more passes everything on. Thread rule: the proxy's one thread.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <random>

#include "agents/proxy/rule.h"

namespace chokepoint::proxy {

using Clock = std::chrono::steady_clock;

class InForce {
 public:
  explicit InForce(boost::asio::io_context& context)
      : end_(context), random_(std::random_device{}()) {}

  const Rule* rule() const { return rule_ ? &*rule_ : nullptr; }
  // The rule, if it is of this kind.
  const Rule* rule(Kind kind) const { return rule_ && rule_->kind == kind ? &*rule_ : nullptr; }
  std::uint64_t touched() const { return touched_; }
  void touch() { ++touched_; }

  // False when another rule is in force.
  bool begin(const Rule& rule, double lease_s);
  bool renew(const std::string& id, double lease_s);
  void end();

  // Called whenever a rule begins or ends, until the listener is dropped.
  using Listener = std::list<std::function<void()>>::iterator;
  Listener listen(std::function<void()> changed) {
    return listeners_.insert(listeners_.end(), std::move(changed));
  }
  void drop(Listener listener) { listeners_.erase(listener); }

  // Whether one of many is among the share.
  bool draw(double share) { return share >= 1 || uniform_(random_) < share; }
  // When something that comes now and in this direction may go on; nothing for at once. `bytes` are
  // of one chunk.
  std::optional<Clock::time_point> release_time(bool is_up, std::size_t bytes);
  // The delay of one request or query.
  std::chrono::nanoseconds delay();

  // The port that a witness's connection from `from` shall go to; 0 when it is nobody's.
  std::uint16_t witness(const boost::asio::ip::address& address, std::uint16_t port) const;
  void expect_witness(std::uint16_t from, std::uint16_t to);

 private:
  void tell();
  void set_end(double lease_s);

  std::optional<Rule> rule_;
  std::uint64_t touched_ = 0;
  boost::asio::steady_timer end_;
  std::list<std::function<void()>> listeners_;
  std::mt19937_64 random_;
  std::uniform_real_distribution<double> uniform_{0, 1};
  Clock::time_point free_up_{};  // when the bytes that were let through before have gone
  Clock::time_point free_down_{};
  struct Witness {
    std::uint16_t from = 0;
    std::uint16_t to = 0;
    Clock::time_point until{};
  };
  std::list<Witness> witnesses_;
};

}  // namespace chokepoint::proxy
