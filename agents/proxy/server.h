#pragma once
// One service's proxy: what it listens on, and the socket that it takes orders from.

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <memory>
#include <string>

#include "agents/proxy/connection.h"
#include "agents/proxy/dns_server.h"

namespace chokepoint::proxy {

enum class Speaks { tcp, http, dns };

struct Options {
  tcp::endpoint listen;
  Upstream upstream;
  Speaks speaks = Speaks::tcp;
  std::string control;        // path of the socket; only its owner may connect
  bool is_temporary = false;  // leaves when its rule has ended
};

class Server {
 public:
  // Throws boost::system::system_error when an address is taken.
  Server(asio::io_context& context, Options options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  using Local = asio::local::stream_protocol;
  awaitable<void> accept();
  awaitable<void> take_orders();
  awaitable<void> obey(Local::socket socket);
  Answer carry_out(const Command& command);
  void leave_soon();

  asio::io_context& context_;
  Options options_;
  InForce in_force_;
  tcp::acceptor acceptor_;
  asio::ip::udp::socket datagrams_;
  Local::acceptor orders_;
  std::unique_ptr<DnsServer> dns_;
  std::uint64_t open_ = 0;
  bool has_begun_ = false;
};

}  // namespace chokepoint::proxy
