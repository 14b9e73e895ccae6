#pragma once
// What the connections of a service have in common: whom they come from and where they go.

#include <boost/asio/ip/tcp.hpp>
#include <optional>

#include "agents/proxy/coroutine.h"
#include "agents/proxy/in_force.h"

namespace chokepoint::proxy {

using boost::asio::ip::tcp;

// How a proxy reaches the service.
struct Upstream {
  std::optional<tcp::endpoint> fixed;  // nothing: wherever the client wanted to go
  unsigned mark = 0;                   // of packets to it, so that no rule redirects them; 0: none
};

class Connection {
 public:
  // `number_open` counts it for as long as it lives.
  Connection(tcp::socket client, const Upstream& upstream, InForce& in_force,
             std::uint64_t& number_open);
  ~Connection() { --number_open_; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  tcp::socket& client() { return client_; }
  tcp::socket& service() { return service_; }
  InForce& in_force() { return in_force_; }

  // Connects to the service; false when that fails.
  awaitable<bool> connect();
  // A witness is always among the share.
  bool is_witness() const { return witness_port_ != 0; }
  // Whether its rule of this kind wants this connection or request of it.
  const Rule* chosen(Kind kind);
  // Whether the client is one of the rule's readers.
  bool reads(const Rule& rule) const;

  // Ends both sides at once; the client sees a reset.
  void reset();
  void close();

 private:
  tcp::socket client_;
  tcp::socket service_;
  tcp::endpoint from_;
  const Upstream& upstream_;
  InForce& in_force_;
  std::uint64_t& number_open_;
  std::uint16_t witness_port_ = 0;
};

// Passes bytes both ways until both sides have ended, as the rule in force says.
awaitable<void> relay(std::shared_ptr<Connection> connection);
// The same for what was read already and not passed on.
awaitable<void> relay(std::shared_ptr<Connection> connection, std::string up, std::string down);
// Passes HTTP/1.1 requests and answers, one at a time.
awaitable<void> relay_http(std::shared_ptr<Connection> connection);

}  // namespace chokepoint::proxy
