#pragma once
// A whole HTTP server, and not of our making.

#include <httplib.h>

#include <string>
#include <thread>

namespace chokepoint::controller {

template <class Server>
class Pages {
 public:
  template <class... Arguments>
  explicit Pages(Arguments&&... arguments) : server_(std::forward<Arguments>(arguments)...) {}
  ~Pages() {
    server_.stop();
    if (listening_.joinable()) listening_.join();
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  Server& server() { return server_; }

  // After the pages are set; gives "127.0.0.1:1234".
  std::string begin() {
    const int port = server_.bind_to_any_port("127.0.0.1");
    listening_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
    return "127.0.0.1:" + std::to_string(port);
  }

 private:
  Server server_;
  std::thread listening_;
};

}  // namespace chokepoint::controller
