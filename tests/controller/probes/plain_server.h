#pragma once
// A server on the loopback interface that does with connections whatever a test wants.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace chokepoint::controller {

// A bound socket; nobody listens at it yet, so that whoever connects is refused.
class BoundPort {
 public:
  BoundPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&at), size), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size), 0);
    port_ = ntohs(at.sin_port);
  }
  ~BoundPort() { ::close(socket_); }
  BoundPort(const BoundPort&) = delete;
  BoundPort& operator=(const BoundPort&) = delete;

  int socket() const { return socket_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string url() const { return "http://" + address(); }

 private:
  int socket_;
  int port_ = 0;
};

class PlainServer {
 public:
  // What is done with one connection, on a thread of its own, until the server ends.
  class Connection {
   public:
    Connection(int socket, const std::atomic<bool>& is_over) : socket_(socket), is_over_(is_over) {}
    // False once nobody reads any more.
    bool send(std::string_view text) const {
      while (!text.empty()) {
        const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(sent));
      }
      return !is_over_;
    }
    // Whatever comes in one piece.
    std::string receive() const {
      char piece[65536];
      const ssize_t got = ::recv(socket_, piece, sizeof piece, 0);
      return {piece, got > 0 ? static_cast<std::size_t>(got) : 0};
    }
    void say_nothing() const {
      while (!receive().empty()) {
      }
    }

   private:
    int socket_;
    const std::atomic<bool>& is_over_;
  };
  using Serve = std::function<void(const Connection&)>;

  explicit PlainServer(Serve serve) : serve_(std::move(serve)) {
    ::listen(port_.socket(), 100);
    accepting_ = std::thread([this] { accept(); });
  }
  ~PlainServer() {
    is_over_ = true;
    ::shutdown(port_.socket(), SHUT_RDWR);
    accepting_.join();
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    for (std::thread& one : serving_) one.join();
    for (const int socket : sockets_) ::close(socket);
  }
  PlainServer(const PlainServer&) = delete;
  PlainServer& operator=(const PlainServer&) = delete;

  std::string address() const { return port_.address(); }
  std::string url() const { return port_.url(); }
  int connections() const { return connections_; }

 private:
  void accept() {
    int socket = -1;
    while ((socket = ::accept4(port_.socket(), nullptr, nullptr, SOCK_CLOEXEC)) >= 0) {
      ++connections_;
      sockets_.push_back(socket);
      serving_.emplace_back([this, socket] {
        serve_(Connection(socket, is_over_));
        ::shutdown(socket, SHUT_RDWR);
      });
    }
  }

  Serve serve_;
  BoundPort port_;
  std::atomic<bool> is_over_ = false;
  std::atomic<int> connections_ = 0;
  std::vector<int> sockets_;
  std::vector<std::thread> serving_;
  std::thread accepting_;
};

// Reads the request, says this, and hangs up.
inline PlainServer::Serve saying(std::string text) {
  return [text = std::move(text)](const PlainServer::Connection& connection) {
    connection.receive();
    connection.send(text);
  };
}

// Reads the request, says this, and then a byte every few milliseconds for ever.
inline PlainServer::Serve dripping(std::string text) {
  return [text = std::move(text)](const PlainServer::Connection& connection) {
    connection.receive();
    if (!connection.send(text)) return;
    while (connection.send("x")) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  };
}

inline PlainServer::Serve saying_nothing() {
  return [](const PlainServer::Connection& connection) { connection.say_nothing(); };
}

}  // namespace chokepoint::controller
