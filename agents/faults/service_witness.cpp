#include "agents/faults/service_witness.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <optional>
#include <span>
#include <thread>

#include "agents/proxy/dns.h"
#include "agents/system/descriptor.h"
#include "agents/system/order.h"

namespace chokepoint::agents {
namespace {

using proxy::Kind;
using Clock = std::chrono::steady_clock;

constexpr double kAnswerPatience = 1;   // seconds, beyond what the rule itself takes
constexpr double kSampleTime = 0.2;     // seconds that a limited sample is to take
constexpr double kLargestSample = 4e6;  // bytes
constexpr double kEarly = 0.8;          // of the time that a limited sample must take at least
constexpr std::string_view kRealAddress = "127.0.0.99";
constexpr std::string_view kAnyName = "witness.chokepoint.invalid";

double since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// Bound to a port of the loopback interface that nobody else has.
Descriptor bound(int type, double patience) {
  Descriptor socket(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  const sockaddr_in any = loopback(0);
  if (::bind(socket.number(), reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0) return {};
  const double whole = std::floor(patience);
  const timeval wait{.tv_sec = static_cast<time_t>(whole),
                     .tv_usec = static_cast<suseconds_t>((patience - whole) * 1e6)};
  ::setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  ::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  return socket;
}

std::uint16_t port_of(const Descriptor& socket) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

bool send_all(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// Until so many bytes are there, or the end.
std::string receive(int socket, std::size_t most) {
  std::string text;
  std::array<char, 65536> piece{};
  while (text.size() < most) {
    const ssize_t got = ::recv(socket, piece.data(), std::min(piece.size(), most - text.size()), 0);
    if (got <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return text;
}

std::string http_answer(std::string_view body) {
  return fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n"
      "Connection: close\r\n\r\n{}",
      body.size(), body);
}

// What the witness's own service does with its one connection.
void serve(const Descriptor& listener, const proxy::Rule& rule, std::size_t sample) {
  const Descriptor socket(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!socket.is_open()) return;
  switch (rule.kind) {
    case Kind::delay:
      send_all(socket.number(), receive(socket.number(), 1));
      break;
    case Kind::bandwidth:
      if (rule.up) {
        receive(socket.number(), sample);
        send_all(socket.number(), "x");
      } else {
        send_all(socket.number(), std::string(sample, 'x'));
      }
      break;
    case Kind::rpc_answer: {
      std::string request;
      while (request.find('}') == std::string::npos) {
        const std::string more = receive(socket.number(), 1);
        if (more.empty()) return;
        request += more;
      }
      send_all(socket.number(),
               http_answer(R"({"jsonrpc":"2.0","id":1,"result":"the witness's own"})"));
      break;
    }
    case Kind::http_delay:
    case Kind::http_abort:
    case Kind::reset:
    case Kind::dns_answer:
      receive(socket.number(), 1);
      send_all(socket.number(), http_answer("{}"));
      break;
  }
  ::shutdown(socket.number(), SHUT_WR);
  receive(socket.number(), 1);
}

std::string request_of(const proxy::Rule& rule) {
  if (rule.kind == Kind::rpc_answer) {
    const std::string body = fmt::format(R"({{"jsonrpc":"2.0","id":1,"params":[],"method":{})",
                                         nlohmann::json(rule.method).dump());
    return fmt::format(
        "POST / HTTP/1.1\r\nHost: witness\r\nContent-Type: application/json\r\n"
        "Connection: close\r\nContent-Length: {}\r\n\r\n{}}}",
        body.size() + 1, body);
  }
  return fmt::format("{} {} HTTP/1.1\r\nHost: witness\r\nConnection: close\r\n\r\n",
                     rule.method.empty() ? "GET" : rule.method,
                     rule.path.empty() ? "/" : rule.path);
}

bool has_result(const std::string& answer, const std::string& result) {
  const std::size_t body = answer.find("\r\n\r\n");
  if (body == std::string::npos) return false;
  const auto told = nlohmann::json::parse(answer.substr(body + 4), nullptr, false);
  return told.is_object() && told.contains("result") &&
         told["result"] == nlohmann::json::parse(result, nullptr, false);
}

// Whether the exchange on the connection goes as the rule has it.
bool goes_as_told(int socket, const proxy::Rule& rule, std::size_t sample) {
  const auto begun = Clock::now();
  switch (rule.kind) {
    case Kind::delay: {
      if (!send_all(socket, "x") || receive(socket, 1).size() != 1) return false;
      const int ways = (rule.up ? 1 : 0) + (rule.down ? 1 : 0);
      return since(begun) >= ways * (rule.delay_s - rule.jitter_s);
    }
    case Kind::bandwidth: {
      const std::size_t back = rule.up ? 1 : sample;
      if (rule.up && !send_all(socket, std::string(sample, 'x'))) return false;
      if (receive(socket, back).size() != back) return false;
      return since(begun) >= kEarly * static_cast<double>(sample) / rule.bytes_per_s;
    }
    case Kind::reset: {
      char byte = 0;
      return ::recv(socket, &byte, 1, 0) < 0 && errno == ECONNRESET;
    }
    case Kind::http_delay:
      return send_all(socket, request_of(rule)) &&
             receive(socket, 1U << 20U).starts_with("HTTP/1.1 200") &&
             since(begun) >= rule.delay_s - rule.jitter_s;
    case Kind::http_abort:
      return send_all(socket, request_of(rule)) &&
             receive(socket, 1U << 20U).starts_with(fmt::format("HTTP/1.1 {} ", rule.status));
    case Kind::rpc_answer:
      return send_all(socket, request_of(rule)) &&
             has_result(receive(socket, 1U << 20U), rule.result);
    case Kind::dns_answer:
      return false;
  }
  return false;
}

// Whether the answer to a query for the name is the one told.
bool answers_as_told(const Descriptor& client, const Descriptor& service, const sockaddr_in& to,
                     const proxy::Rule& rule) {
  constexpr std::uint16_t kId = 0x6370;
  const std::string name = rule.names.empty() ? std::string(kAnyName) : rule.names.front();
  const proxy::Octets query = proxy::query_for(kId, name);
  const auto begun = Clock::now();
  ::sendto(client.number(), query.data(), query.size(), 0, reinterpret_cast<const sockaddr*>(&to),
           sizeof to);
  const double limit = kAnswerPatience + rule.delay_s;
  proxy::Octets message(4096);
  while (since(begun) < limit) {
    std::array<pollfd, 2> ready = {pollfd{client.number(), POLLIN, 0},
                                   pollfd{service.number(), POLLIN, 0}};
    ::poll(ready.data(), ready.size(), 50);
    if ((ready[1].revents & POLLIN) != 0) {
      sockaddr_in from{};
      socklen_t length = sizeof from;
      const ssize_t got = ::recvfrom(service.number(), message.data(), message.size(), 0,
                                     reinterpret_cast<sockaddr*>(&from), &length);
      const std::span<const std::uint8_t> asked(
          message.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
      const auto question = proxy::read_question(asked);
      if (!question) continue;
      const proxy::Octets truth =
          proxy::answer_to(asked, *question, "wrong", std::string(kRealAddress));
      ::sendto(service.number(), truth.data(), truth.size(), 0, reinterpret_cast<sockaddr*>(&from),
               length);
    }
    if ((ready[0].revents & POLLIN) == 0) continue;
    const ssize_t got = ::recv(client.number(), message.data(), message.size(), 0);
    const auto told =
        proxy::read_answer({message.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))});
    if (!told || told->id != kId) continue;
    if (rule.answer == "slow") return since(begun) >= rule.delay_s;
    if (rule.answer == "fail") return told->code == 2;
    if (rule.answer == "none") return told->code == 3;
    const bool is_v6 = rule.address.find(':') != std::string::npos;  // which is not asked for here
    if (rule.answer == "empty" || is_v6) return told->code == 0 && !told->address;
    return told->address == rule.address;
  }
  return false;
}

}  // namespace

Seen witness_rule(const std::string& control, const proxy::Rule& rule, const std::string& address,
                  std::uint16_t port) {
  const bool is_dns = rule.kind == Kind::dns_answer;
  const int type = is_dns ? SOCK_DGRAM : SOCK_STREAM;
  const double patience = kAnswerPatience + 2 * (rule.delay_s + rule.jitter_s);
  const Descriptor service = bound(type, patience);
  const Descriptor client = bound(type, patience);
  if (!service.is_open() || !client.is_open()) return Seen::unknown;
  if (!is_dns && ::listen(service.number(), 1) != 0) return Seen::unknown;
  proxy::Command expect;
  expect.verb = "witness";
  expect.from_port = port_of(client);
  expect.to_port = port_of(service);
  if (!order(control, expect)) return Seen::unknown;
  sockaddr_in to = loopback(port);
  if (::inet_pton(AF_INET, address.c_str(), &to.sin_addr) != 1) return Seen::unknown;
  if (is_dns) {
    return answers_as_told(client, service, to, rule) ? Seen::injected : Seen::unknown;
  }
  const auto sample =
      static_cast<std::size_t>(std::clamp(rule.bytes_per_s * kSampleTime, 1.0, kLargestSample));
  std::thread serving([&] { serve(service, rule, sample); });
  const bool is_there =
      ::connect(client.number(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  const bool is_seen = is_there && goes_as_told(client.number(), rule, sample);
  ::shutdown(client.number(), SHUT_RDWR);
  ::shutdown(service.number(), SHUT_RDWR);  // ends waiting for a connection that never came
  serving.join();
  return is_seen ? Seen::injected : Seen::unknown;
}

}  // namespace chokepoint::agents
