#include "agents/proxy/dns_server.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace chokepoint::proxy {
namespace {

using asio::ip::udp;

constexpr std::chrono::seconds kPatience(10);
constexpr std::size_t kLongest = 65535;

void put_mark(int socket, unsigned mark) {
  if (mark != 0) ::setsockopt(socket, SOL_SOCKET, SO_MARK, &mark, sizeof mark);
}

// One message behind its length (RFC 1035, 4.2.2); empty at the end of the connection.
awaitable<Octets> read_message(tcp::socket& from) {
  std::array<std::uint8_t, 2> length{};
  ErrorCode error;
  co_await asio::async_read(from, asio::buffer(length), into(error));
  if (error) co_return Octets();
  Octets message(static_cast<std::size_t>(length[0]) << 8U | length[1]);
  co_await asio::async_read(from, asio::buffer(message), into(error));
  co_return error ? Octets() : message;
}

awaitable<bool> write_message(tcp::socket& to, const Octets& message) {
  const std::array<std::uint8_t, 2> length = {static_cast<std::uint8_t>(message.size() >> 8U),
                                              static_cast<std::uint8_t>(message.size() & 0xffU)};
  const std::array<asio::const_buffer, 2> framed = {asio::buffer(length), asio::buffer(message)};
  ErrorCode error;
  co_await asio::async_write(to, framed, into(error));
  co_return !error;
}

}  // namespace

awaitable<void> DnsServer::serve() {
  while (true) {
    Octets query(kLongest);
    Endpoint client;
    ErrorCode error;
    const std::size_t got =
        co_await socket_.async_receive_from(asio::buffer(query), client, into(error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) continue;
    query.resize(got);
    asio::co_spawn(
        socket_.get_executor(),
        [this, query = std::move(query), client]() mutable -> awaitable<void> {
          co_await answer(std::move(query), client);
        },
        asio::detached);
  }
}

awaitable<void> DnsServer::answer(Octets query, Endpoint client) {
  const std::uint16_t witness = in_force_.witness(client.address(), client.port());
  std::optional<Octets> told = co_await lie(query, witness != 0);
  if (!told) {
    const Endpoint resolver = witness != 0
                                  ? Endpoint(asio::ip::address_v4::loopback(), witness)
                                  : Endpoint(upstream_.fixed->address(), upstream_.fixed->port());
    told = co_await ask(query, resolver);
  }
  ErrorCode ignored;
  if (!told->empty()) {
    co_await socket_.async_send_to(asio::buffer(*told), client, into(ignored));
  }
}

awaitable<std::optional<Octets>> DnsServer::lie(const Octets& query, bool is_witness) {
  const Rule* const found = in_force_.rule(Kind::dns_answer);
  const std::optional<Question> question = read_question(query);
  if (found == nullptr || !question || !is_among(question->name, found->names)) {
    co_return std::nullopt;
  }
  if (!is_witness && !in_force_.draw(found->share)) co_return std::nullopt;
  const Rule rule = *found;
  in_force_.touch();
  if (rule.answer != "slow") co_return answer_to(query, *question, rule.answer, rule.address);
  asio::steady_timer timer(socket_.get_executor());
  timer.expires_after(std::chrono::duration_cast<Clock::duration>(in_force_.delay()));
  ErrorCode ignored;
  co_await timer.async_wait(into(ignored));
  co_return std::nullopt;
}

// A socket for each query: answers cannot be taken for each other's.
awaitable<Octets> DnsServer::ask(const Octets& query, Endpoint resolver) {
  udp::socket socket(socket_.get_executor());
  ErrorCode error;
  socket.open(resolver.protocol(), error);
  put_mark(socket.native_handle(), upstream_.mark);
  socket.connect(resolver, error);
  co_await socket.async_send(asio::buffer(query), into(error));
  asio::steady_timer patience(socket_.get_executor(), kPatience);
  patience.async_wait([&socket](const ErrorCode& cancelled) {
    ErrorCode ignored;
    if (!cancelled) socket.close(ignored);
  });
  Octets answer(kLongest);
  const std::size_t got = co_await socket.async_receive(asio::buffer(answer), into(error));
  answer.resize(error ? 0 : got);
  co_return answer;
}

awaitable<void> DnsServer::serve(tcp::socket client) {
  tcp::socket resolver(client.get_executor());
  ErrorCode error;
  while (true) {
    const Octets query = co_await read_message(client);
    if (query.empty()) co_return;
    std::optional<Octets> told = co_await lie(query, false);
    if (!told) {
      if (!resolver.is_open()) {
        resolver.open(upstream_.fixed->protocol(), error);
        put_mark(resolver.native_handle(), upstream_.mark);
        co_await resolver.async_connect(*upstream_.fixed, into(error));
        if (error) co_return;
      }
      const bool is_sent = co_await write_message(resolver, query);
      if (!is_sent) co_return;
      told = co_await read_message(resolver);
    }
    if (told->empty()) co_return;
    const bool is_told = co_await write_message(client, *told);
    if (!is_told) co_return;
  }
}

}  // namespace chokepoint::proxy
