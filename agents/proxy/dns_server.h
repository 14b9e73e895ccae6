#pragma once
// Passes queries for names on to a resolver, over UDP and TCP, and answers in its stead as the rule
// in force says.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

#include "agents/proxy/connection.h"
#include "agents/proxy/dns.h"

namespace chokepoint::proxy {

class DnsServer {
 public:
  // Both outlive it; the sockets are bound.
  DnsServer(boost::asio::ip::udp::socket& socket, Upstream upstream, InForce& in_force)
      : socket_(socket), upstream_(upstream), in_force_(in_force) {}

  // Answers datagrams for ever.
  awaitable<void> serve();
  // Answers the queries of one TCP connection.
  awaitable<void> serve(tcp::socket client);

 private:
  using Endpoint = boost::asio::ip::udp::endpoint;
  awaitable<void> answer(Octets query, Endpoint client);
  // The answer that the rule in force has for it, if any; waits where the rule is to be slow.
  awaitable<std::optional<Octets>> lie(const Octets& query, bool is_witness);
  awaitable<Octets> ask(const Octets& query, Endpoint resolver);

  boost::asio::ip::udp::socket& socket_;
  Upstream upstream_;
  InForce& in_force_;
};

}  // namespace chokepoint::proxy
