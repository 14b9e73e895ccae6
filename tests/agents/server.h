#pragma once
// A server to practise on: one thread for each connection, on the loopback interface.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace chokepoint::agents {

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

class Server {
 public:
  // Answers whatever is read in one piece.
  using Answer = std::function<std::string(const std::string& said)>;
  Server(std::uint16_t port, Answer answer) : answer_(std::move(answer)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in at = loopback(port);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    ::listen(listener_, 100);
    accepting_ = std::thread([this] { accept(); });
  }
  ~Server() {
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    for (std::thread& one : serving_) one.join();
    for (const int socket : sockets_) ::close(socket);
    ::close(listener_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  void accept() {
    int socket = -1;
    while ((socket = ::accept(listener_, nullptr, nullptr)) >= 0) {
      sockets_.push_back(socket);
      serving_.emplace_back([this, socket] {
        char piece[65536];
        ssize_t got = 0;
        while ((got = ::recv(socket, piece, sizeof piece, 0)) > 0) {
          const std::string said = answer_({piece, static_cast<std::size_t>(got)});
          ::send(socket, said.data(), said.size(), MSG_NOSIGNAL);
        }
        ::shutdown(socket, SHUT_WR);
      });
    }
  }

  Answer answer_;
  int listener_ = -1;
  std::vector<int> sockets_;
  std::vector<std::thread> serving_;
  std::thread accepting_;
};

inline std::string echo(const std::string& said) { return said; }

// What a plain page server answers.
inline std::string page(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in to = loopback(port);
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    is_connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool is_connected() const { return is_connected_; }
  int socket() const { return socket_; }

  // What comes back, and how many seconds the first piece took; empty for an end or an error,
  // which `error` tells.
  std::string ask(const std::string& text) {
    const auto begun = std::chrono::steady_clock::now();
    if (::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) < 0) {
      error = errno;
      return "";
    }
    char piece[65536];
    ssize_t got = ::recv(socket_, piece, sizeof piece, 0);
    error = got < 0 ? errno : 0;
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    std::string answer;
    while (got > 0) {
      answer.append(piece, static_cast<std::size_t>(got));
      pollfd more{.fd = socket_, .events = POLLIN, .revents = 0};
      constexpr int kRestMs = 20;  // in which the rest of it comes
      got = ::poll(&more, 1, kRestMs) > 0 ? ::recv(socket_, piece, sizeof piece, 0) : 0;
    }
    return answer;
  }

  double seconds = 0;
  int error = 0;

 private:
  int socket_;
  bool is_connected_ = false;
};

}  // namespace chokepoint::agents
