#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <limits>
#include <memory>

#include "agents/proxy/connection.h"
#include "agents/proxy/json_rpc.h"

namespace chokepoint::proxy {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::size_t kBodyPiece = 1U << 16U;
constexpr std::size_t kLongestHeader = 64U << 10U;
constexpr std::uint64_t kAnyLength = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kLongestCall = 16U
                                       << 20U;  // of a request or answer that is read as JSON-RPC

template <bool IsRequest>
using Streaming = http::parser<IsRequest, http::buffer_body>;
template <bool IsRequest>
using Whole = http::parser<IsRequest, http::string_body>;

// Whether nothing, not even an end, has come from the other side.
bool is_quiet(tcp::socket& socket) {
  char byte = 0;
  return socket.is_open() && ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
}

bool starts_with(boost::string_view text, const std::string& beginning) {
  return std::string_view(text.data(), text.size()).starts_with(beginning);
}

class Session {
 public:
  explicit Session(std::shared_ptr<Connection> connection)
      : connection_(std::move(connection)),
        listener_(connection_->in_force().listen([this] { on_change(); })) {}
  ~Session() { connection_->in_force().drop(listener_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  awaitable<void> run() {
    bool goes_on = true;
    while (goes_on) {
      co_await wait_for_request();
      goes_on = is_for_bytes() ? co_await hand_over() : co_await serve_one();
    }
    if (!is_handed_over_) connection_->close();
  }

 private:
  awaitable<void> wait_for_request() {
    if (from_client_.size() > 0 || is_for_bytes()) co_return;
    ErrorCode ignored;
    co_await connection_->client().async_wait(tcp::socket::wait_read, into(ignored));
  }

  // Whether the rule in force is about bytes, not requests.
  bool is_for_bytes() {
    InForce& in_force = connection_->in_force();
    return in_force.rule(Kind::delay) != nullptr || in_force.rule(Kind::bandwidth) != nullptr;
  }

  // From here on its bytes are passed on, whatever they mean.
  awaitable<bool> hand_over() {
    if (!connection_->service().is_open()) {
      const bool is_connected = co_await connection_->connect();
      if (!is_connected) co_return false;
    }
    is_handed_over_ = true;
    co_await relay(connection_, beast::buffers_to_string(from_client_.data()),
                   beast::buffers_to_string(from_service_.data()));
    co_return false;
  }

  // Connections that are open when a reset begins are cut, too.
  void on_change() {
    if (!is_handed_over_ && connection_->chosen(Kind::reset) != nullptr) {
      connection_->in_force().touch();
      connection_->reset();
    }
  }

  // One request and its answer; false when the connection is over.
  awaitable<bool> serve_one() {
    Streaming<true> request;
    request.body_limit(kAnyLength);
    request.header_limit(kLongestHeader);
    ErrorCode error;
    co_await http::async_read_header(connection_->client(), from_client_, request, into(error));
    if (error) co_return false;
    if (request.get()[http::field::expect] == "100-continue") {
      request.get().erase(http::field::expect);
      const std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(connection_->client(), asio::buffer(go_on), into(error));
    }
    if (const Rule* const rule = wants(Kind::http_delay, request.get())) {
      connection_->in_force().touch();
      co_await wait_while(rule->id, connection_->in_force().delay());
    }
    if (const Rule* const rule = wants(Kind::http_abort, request.get())) {
      connection_->in_force().touch();
      const unsigned status = rule->status;
      co_return co_await abort(request, status);
    }
    if (!is_quiet(connection_->service())) {
      from_service_.clear();
      const bool is_connected = co_await connection_->connect();
      if (!is_connected) co_return co_await abort(request, 502);
    }
    const Rule* const lie = connection_->chosen(Kind::rpc_answer);
    const std::uint64_t length = request.content_length() ? *request.content_length() : 0;
    if (lie != nullptr && connection_->reads(*lie) && length > 0 && length <= kLongestCall) {
      co_return co_await answer_wrongly(request, *lie);
    }
    const bool is_head = request.get().method() == http::verb::head;
    const bool is_sent =
        co_await pass_on(connection_->client(), connection_->service(), from_client_, request);
    if (!is_sent) co_return false;
    co_return co_await answer(is_head);
  }

  template <class Header>
  const Rule* wants(Kind kind, const Header& request) {
    const Rule* const rule = connection_->in_force().rule(kind);
    if (rule == nullptr) return nullptr;
    if (!rule->method.empty() && request.method_string() != rule->method) return nullptr;
    if (!starts_with(request.target(), rule->path)) return nullptr;
    return connection_->chosen(kind);
  }

  // No longer than the rule is in force.
  awaitable<void> wait_while(std::string rule_id, std::chrono::nanoseconds delay) {
    InForce& in_force = connection_->in_force();
    const auto timer = std::make_shared<asio::steady_timer>(connection_->client().get_executor());
    const auto listener = in_force.listen([timer] { timer->cancel(); });
    const auto until = Clock::now() + delay;
    while (Clock::now() < until && in_force.rule() != nullptr && in_force.rule()->id == rule_id) {
      timer->expires_at(until);
      ErrorCode cancelled;
      co_await timer->async_wait(into(cancelled));
    }
    in_force.drop(listener);
  }

  // Answers in the service's stead, having read what the client had to say.
  awaitable<bool> abort(Streaming<true>& request, unsigned status) {
    ErrorCode error;
    while (!request.is_done()) {
      char rest[4096];
      request.get().body().data = rest;
      request.get().body().size = sizeof rest;
      co_await http::async_read(connection_->client(), from_client_, request, into(error));
      if (error == http::error::need_buffer) error = {};
      if (error) co_return false;
    }
    http::response<http::empty_body> refusal(static_cast<http::status>(status),
                                             request.get().version());
    refusal.keep_alive(request.get().keep_alive());
    refusal.prepare_payload();
    co_await http::async_write(connection_->client(), refusal, into(error));
    co_return !error && refusal.keep_alive();
  }

  // Streams one message whose header was read.
  template <bool IsRequest>
  awaitable<bool> pass_on(tcp::socket& from, tcp::socket& to, beast::flat_buffer& buffer,
                          Streaming<IsRequest>& message) {
    http::serializer<IsRequest, http::buffer_body> serializer(message.get());
    ErrorCode error;
    std::string piece(kBodyPiece, '\0');
    auto& body = message.get().body();
    body.data = nullptr;
    body.size = 0;
    body.more = !message.is_done();
    co_await http::async_write_header(to, serializer, into(error));
    while (!error && !message.is_done()) {
      body.data = piece.data();
      body.size = piece.size();
      co_await http::async_read_some(from, buffer, message, into(error));
      if (error == http::error::need_buffer) error = {};
      if (error) break;
      body.size = piece.size() - body.size;
      body.data = piece.data();
      body.more = !message.is_done();
      co_await http::async_write(to, serializer, into(error));
      if (error == http::error::need_buffer) error = {};
    }
    if (!error && !serializer.is_done()) {
      body.data = nullptr;
      body.size = 0;
      body.more = false;
      co_await http::async_write(to, serializer, into(error));
    }
    co_return !error;
  }

  awaitable<bool> answer(bool is_head) {
    while (true) {
      Streaming<false> answer;
      answer.body_limit(kAnyLength);
      answer.header_limit(kLongestHeader);
      answer.skip(is_head);
      ErrorCode error;
      co_await http::async_read_header(connection_->service(), from_service_, answer, into(error));
      if (error) co_return false;
      const unsigned status = answer.get().result_int();
      const bool goes_on = answer.keep_alive();
      const bool is_sent =
          co_await pass_on(connection_->service(), connection_->client(), from_service_, answer);
      if (!is_sent) co_return false;
      if (status == 101) {  // another protocol from here on
        co_return co_await hand_over();
      }
      if (status >= 200) co_return goes_on;
    }
  }

  // Asks the service, and tells what the rule says instead of what it said.
  awaitable<bool> answer_wrongly(Streaming<true>& header, Rule lie) {
    Whole<true> request(std::move(header));
    request.body_limit(kLongestCall);
    ErrorCode error;
    co_await http::async_read(connection_->client(), from_client_, request, into(error));
    if (error) co_return false;
    const bool is_asked = calls(request.get().body(), lie.method);
    // What is to be changed must come readable.
    if (is_asked) request.get().erase(http::field::accept_encoding);
    co_await http::async_write(connection_->service(), request.get(), into(error));
    if (error) co_return false;
    if (!is_asked) co_return co_await answer(false);
    Whole<false> said;
    said.body_limit(kLongestCall);
    co_await http::async_read(connection_->service(), from_service_, said, into(error));
    if (error) co_return false;
    auto told = said.release();
    if (auto changed = with_result(request.get().body(), told.body(), lie.method, lie.result)) {
      connection_->in_force().touch();
      told.body() = std::move(*changed);
      told.chunked(false);
      told.prepare_payload();
    }
    co_await http::async_write(connection_->client(), told, into(error));
    co_return !error && told.keep_alive();
  }

  std::shared_ptr<Connection> connection_;
  beast::flat_buffer from_client_;
  beast::flat_buffer from_service_;
  bool is_handed_over_ = false;
  InForce::Listener listener_;
};

}  // namespace

awaitable<void> relay_http(std::shared_ptr<Connection> connection) {
  if (connection->in_force().rule(Kind::reset) != nullptr) {
    co_await relay(std::move(connection));
    co_return;
  }
  Session session(std::move(connection));
  co_await session.run();
}

}  // namespace chokepoint::proxy
