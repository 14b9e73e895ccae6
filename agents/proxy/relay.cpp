#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <memory>
#include <vector>

#include "agents/proxy/connection.h"
#include "agents/proxy/pipe.h"

namespace chokepoint::proxy {
namespace {

constexpr std::size_t kRelayPiece = 1U << 16U;  // bytes read at once
constexpr std::size_t kMostHeld = 16U << 20U;   // in one direction; then the sender has to wait
constexpr double kSmooth = 0.02;  // seconds that one piece takes, where bandwidth is limited

// Bytes that wait for their time.
struct Held {
  std::string bytes;
  Clock::time_point due;
  std::string rule;  // which holds them back; they go on when it ends
};

// One direction of a connection.
struct Way {
  Way(tcp::socket& source, tcp::socket& sink, bool goes_up)
      : from(source),
        to(sink),
        is_up(goes_up),
        readable(source.get_executor()),
        writable(source.get_executor()) {}
  tcp::socket& from;
  tcp::socket& to;
  bool is_up;
  bool is_chosen = true;  // among the share of connections
  std::deque<Held> queue = {};
  std::size_t held = 0;
  std::unique_ptr<Pipe> pipe = {};  // once it carries much
  bool has_ended = false;
  asio::steady_timer readable;  // cancelled when the reader may go on
  asio::steady_timer writable;  // cancelled when the writer has something to do
};

awaitable<void> wait_for_news(asio::steady_timer& timer, Clock::time_point until) {
  timer.expires_at(until);
  ErrorCode cancelled;
  co_await timer.async_wait(into(cancelled));
}

class Relay {
 public:
  Relay(std::shared_ptr<Connection> connection)
      : connection_(std::move(connection)),
        up_(connection_->client(), connection_->service(), true),
        down_(connection_->service(), connection_->client(), false),
        listener_(in_force().listen([this] { on_change(); })) {
    draw();
  }
  ~Relay() { in_force().drop(listener_); }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  Way& up() { return up_; }
  Way& down() { return down_; }
  InForce& in_force() { return connection_->in_force(); }

  void put(Way& way, std::string bytes) {
    if (bytes.empty()) return;
    way.held += bytes.size();
    way.queue.push_back({.bytes = std::move(bytes), .due = Clock::now(), .rule = {}});
  }

  // Reads, and writes at once what nothing holds back.
  awaitable<void> read(Way& way) {
    std::string piece(kRelayPiece, '\0');
    ErrorCode error;
    while (true) {
      while (way.held > kMostHeld) co_await wait_for_news(way.readable, Clock::time_point::max());
      if (way.pipe && way.queue.empty() && !is_shaped(way)) {
        const bool carried = co_await way.pipe->carry(way.from, way.to, error);
        if (!error && !carried) co_await way.from.async_wait(tcp::socket::wait_read, into(error));
        if (error) break;
        continue;
      }
      const std::size_t got =
          co_await way.from.async_read_some(asio::buffer(piece.data(), most(way)), into(error));
      if (error) break;
      const auto due = way.is_chosen ? in_force().release_time(way.is_up, got) : std::nullopt;
      if (!due && way.queue.empty()) {
        co_await asio::async_write(way.to, asio::buffer(piece.data(), got), into(error));
        if (error) break;
        if (got == kRelayPiece && !way.pipe) {
          way.pipe = std::make_unique<Pipe>();
          if (!way.pipe->is_open()) way.pipe.reset();
        }
        continue;
      }
      const Rule* const rule = in_force().rule();
      in_force().touch();
      way.held += got;
      way.queue.push_back({.bytes = piece.substr(0, got),
                           .due = in_order(way, due.value_or(Clock::now())),
                           .rule = rule != nullptr ? rule->id : ""});
      way.writable.cancel();
    }
    way.has_ended = true;
    if (error != asio::error::eof) connection_->reset();
    way.writable.cancel();
  }

  // Writes what was held back, and the end behind it.
  awaitable<void> write(Way& way) {
    ErrorCode error;
    while (!way.has_ended || !way.queue.empty()) {
      if (way.queue.empty()) {
        co_await wait_for_news(way.writable, Clock::time_point::max());
        continue;
      }
      Held& next = way.queue.front();
      if (next.due > Clock::now() && is_held(next)) {
        co_await wait_for_news(way.writable, next.due);
        continue;
      }
      co_await asio::async_write(way.to, asio::buffer(next.bytes), into(error));
      way.held -= next.bytes.size();
      way.queue.pop_front();
      way.readable.cancel();
      if (error) {
        connection_->reset();
        way.held = 0;
        way.queue.clear();
      }
    }
    way.to.shutdown(tcp::socket::shutdown_send, error);
  }

 private:
  bool is_held(const Held& held) {
    const Rule* const rule = in_force().rule();
    return rule != nullptr && rule->id == held.rule;
  }

  // Never before what came before.
  static Clock::time_point in_order(const Way& way, Clock::time_point due) {
    return way.queue.empty() ? due : std::max(due, way.queue.back().due);
  }

  // Whether the rule in force holds back what comes this way.
  bool is_shaped(const Way& way) {
    const Rule* const rule = in_force().rule();
    return rule != nullptr && way.is_chosen && (way.is_up ? rule->up : rule->down) &&
           (rule->kind == Kind::delay || rule->kind == Kind::bandwidth);
  }

  std::size_t most(const Way& way) {
    const Rule* const rule = in_force().rule(Kind::bandwidth);
    if (rule == nullptr || !is_shaped(way)) return kRelayPiece;
    const double smooth = rule->bytes_per_s * kSmooth;
    return static_cast<std::size_t>(std::clamp(smooth, 1.0, static_cast<double>(kRelayPiece)));
  }

  void draw() {
    const Rule* const rule = in_force().rule();
    const bool is_chosen =
        rule == nullptr || connection_->is_witness() || in_force().draw(rule->share);
    up_.is_chosen = down_.is_chosen = is_chosen;
  }

  // Connections that are open when a reset begins are cut, too.
  void on_change() {
    draw();
    if (in_force().rule(Kind::reset) != nullptr && up_.is_chosen) {
      in_force().touch();
      connection_->reset();
    }
    for (Way* const way : {&up_, &down_}) {
      way->writable.cancel();
      way->readable.cancel();
    }
  }

  std::shared_ptr<Connection> connection_;
  Way up_;
  Way down_;
  InForce::Listener listener_;
};

void start(const std::shared_ptr<Relay>& relay, Way& way) {
  const auto executor = way.from.get_executor();
  asio::co_spawn(
      executor, [relay, &way]() -> awaitable<void> { co_await relay->read(way); }, asio::detached);
  asio::co_spawn(
      executor, [relay, &way]() -> awaitable<void> { co_await relay->write(way); }, asio::detached);
}

}  // namespace

awaitable<void> relay(std::shared_ptr<Connection> connection, std::string up, std::string down) {
  const auto both = std::make_shared<Relay>(std::move(connection));
  both->put(both->up(), std::move(up));
  both->put(both->down(), std::move(down));
  start(both, both->up());
  start(both, both->down());
  co_return;
}

awaitable<void> relay(std::shared_ptr<Connection> connection) {
  if (const Rule* const rule = connection->chosen(Kind::reset)) {
    connection->in_force().touch();
    if (rule->delay_s > 0) {
      asio::steady_timer timer(connection->client().get_executor());
      co_await wait_for_news(timer, Clock::now() + connection->in_force().delay());
    }
    connection->reset();
    co_return;
  }
  const bool is_connected = co_await connection->connect();
  if (!is_connected) {
    connection->reset();
    co_return;
  }
  co_await relay(std::move(connection), "", "");
}

}  // namespace chokepoint::proxy
