// Ends of a connection, for bench/agents.py, which puts something between them.
//   bench_wire serve PORT: echoes TCP and UDP on PORT, and pours bytes on the port after it
//   bench_wire ping tcp|udp PORT COUNT: round trips of 64 bytes, one after the other
//   bench_wire drink PORT SECONDS: takes what is poured
//   bench_wire sleep MS COUNT: how late this machine wakes who sleeps
// On the loopback address. Prints JSON.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::_Exit(1);
}

sockaddr_in address_of(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int opened(int type, int port, bool listens) {
  const int socket = ::socket(AF_INET, type, 0);
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = address_of(port);
  const auto* place = reinterpret_cast<const sockaddr*>(&address);
  if ((listens ? ::bind(socket, place, sizeof address)
               : ::connect(socket, place, sizeof address)) != 0) {
    fail("bench_wire");
  }
  if (type == SOCK_STREAM) ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (listens && type == SOCK_STREAM && ::listen(socket, 64) != 0) fail("bench_wire");
  return socket;
}

void echo_datagrams(int port) {
  const int socket = opened(SOCK_DGRAM, port, true);
  char bytes[2048];
  sockaddr_in from{};
  for (;;) {
    socklen_t size = sizeof from;
    const ssize_t got =
        ::recvfrom(socket, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (got > 0)
      ::sendto(socket, bytes, static_cast<std::size_t>(got), 0, reinterpret_cast<sockaddr*>(&from),
               size);
  }
}

template <class Serve>
void accept_on(int port, Serve serve) {
  const int socket = opened(SOCK_STREAM, port, true);
  for (;;) {
    const int connection = ::accept(socket, nullptr, nullptr);
    if (connection < 0) fail("accept");
    const int on = 1;
    ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::thread([connection, serve] {
      serve(connection);
      ::close(connection);
    }).detach();
  }
}

void echo(int connection) {
  char bytes[2048];
  for (ssize_t got = 0; (got = ::recv(connection, bytes, sizeof bytes, 0)) > 0;) {
    if (::send(connection, bytes, static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) return;
  }
}

void pour(int connection) {
  const std::vector<char> bytes(1 << 18, 'x');
  while (::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0) {
  }
}

void serve(int port) {
  std::thread(echo_datagrams, port).detach();
  std::thread([port] { accept_on(port + 1, pour); }).detach();
  accept_on(port, echo);
}

void print_quantiles(std::vector<double> micros) {
  std::sort(micros.begin(), micros.end());
  const auto at = [&](double share) {
    return micros[static_cast<std::size_t>(share * static_cast<double>(micros.size() - 1))];
  };
  std::printf("{\"p50\": %.2f, \"p99\": %.2f}\n", at(0.50), at(0.99));
}

void ping(int type, int port, int count) {
  const int socket = opened(type, port, false);
  char bytes[64] = {};
  std::vector<double> micros;
  for (int i = 0; i < count + count / 10; ++i) {
    const auto begun = Clock::now();
    if (::send(socket, bytes, sizeof bytes, 0) != sizeof bytes) fail("send");
    if (::recv(socket, bytes, sizeof bytes, MSG_WAITALL) != sizeof bytes) fail("recv");
    if (i >= count / 10) {
      micros.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begun).count());
    }
  }
  print_quantiles(std::move(micros));
}

void drink(int port, double seconds) {
  const int socket = opened(SOCK_STREAM, port, false);
  std::vector<char> bytes(1 << 18);
  double total = 0;
  const auto begun = Clock::now();
  double passed = 0;
  while ((passed = std::chrono::duration<double>(Clock::now() - begun).count()) < seconds) {
    const ssize_t got = ::recv(socket, bytes.data(), bytes.size(), 0);
    if (got <= 0) fail("recv");
    total += static_cast<double>(got);
  }
  std::printf("{\"bytes_per_second\": %.0f}\n", total / passed);
}

void sleep_and_wake(int ms, int count) {
  std::vector<double> micros;
  for (int i = 0; i < count; ++i) {
    const auto until = Clock::now() + std::chrono::milliseconds(ms);
    std::this_thread::sleep_until(until);
    micros.push_back(std::chrono::duration<double, std::micro>(Clock::now() - until).count());
  }
  print_quantiles(std::move(micros));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto number = [&](std::size_t i) { return std::atoi(words.at(i).c_str()); };
  if (words.size() == 2 && words[0] == "serve") serve(number(1));
  if (words.size() == 4 && words[0] == "ping") {
    ping(words[1] == "udp" ? SOCK_DGRAM : SOCK_STREAM, number(2), number(3));
    return 0;
  }
  if (words.size() == 3 && words[0] == "drink") {
    drink(number(1), number(2));
    return 0;
  }
  if (words.size() == 3 && words[0] == "sleep") {
    sleep_and_wake(number(1), number(2));
    return 0;
  }
  return 2;
}
