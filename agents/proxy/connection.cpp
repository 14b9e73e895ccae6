#include "agents/proxy/connection.h"

#include <linux/netfilter_ipv4.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

namespace chokepoint::proxy {
namespace {

using asio::ip::address;

constexpr int kOriginalOfV6 = 80;  // IP6T_SO_ORIGINAL_DST, whose header cannot be included beside

address plain(const address& given) {
  if (!given.is_v6() || !given.to_v6().is_v4_mapped()) return given;
  return asio::ip::make_address_v4(asio::ip::v4_mapped, given.to_v6());
}

// Where a redirected connection was to go.
std::optional<tcp::endpoint> original_of(tcp::socket& client) {
  const int socket = client.native_handle();
  sockaddr_in v4{};
  socklen_t length = sizeof v4;
  if (::getsockopt(socket, SOL_IP, SO_ORIGINAL_DST, &v4, &length) == 0) {
    return tcp::endpoint(asio::ip::address_v4(ntohl(v4.sin_addr.s_addr)), ntohs(v4.sin_port));
  }
  sockaddr_in6 v6{};
  length = sizeof v6;
  if (::getsockopt(socket, SOL_IPV6, kOriginalOfV6, &v6, &length) != 0) return std::nullopt;
  asio::ip::address_v6::bytes_type bytes;
  std::copy(std::begin(v6.sin6_addr.s6_addr), std::end(v6.sin6_addr.s6_addr), bytes.begin());
  return tcp::endpoint(asio::ip::address_v6(bytes), ntohs(v6.sin6_port));
}

void end_abruptly(tcp::socket& socket) {
  ErrorCode ignored;
  socket.set_option(tcp::socket::linger(true, 0), ignored);
  socket.close(ignored);
}

bool is_within(const address& host, const std::string& network) {
  ErrorCode error;
  const std::size_t slash = network.find('/');
  const address base = asio::ip::make_address(network.substr(0, slash), error);
  if (error || base.is_v4() != host.is_v4()) return false;
  unsigned bits = slash == std::string::npos
                      ? 128U
                      : static_cast<unsigned>(std::atoi(network.c_str() + slash + 1));
  const auto same = [&](const auto& one, const auto& other) {
    for (std::size_t i = 0; i < one.size() && bits > 0; ++i) {
      const unsigned taken = std::min(bits, 8U);
      const unsigned mask = 0xffU << (8U - taken) & 0xffU;
      if (((one[i] ^ other[i]) & mask) != 0) return false;
      bits -= taken;
    }
    return true;
  };
  return base.is_v4() ? same(base.to_v4().to_bytes(), host.to_v4().to_bytes())
                      : same(base.to_v6().to_bytes(), host.to_v6().to_bytes());
}

}  // namespace

Connection::Connection(tcp::socket client, const Upstream& upstream, InForce& in_force,
                       std::uint64_t& number_open)
    : client_(std::move(client)),
      service_(client_.get_executor()),
      upstream_(upstream),
      in_force_(in_force),
      number_open_(number_open) {
  ++number_open_;
  ErrorCode ignored;
  from_ = client_.remote_endpoint(ignored);
  client_.set_option(tcp::no_delay(true), ignored);
  witness_port_ = in_force.witness(from_.address(), from_.port());
}

awaitable<bool> Connection::connect() {
  std::optional<tcp::endpoint> to = upstream_.fixed;
  ErrorCode error;
  if (is_witness()) {
    to = tcp::endpoint(asio::ip::address_v4::loopback(), witness_port_);
  } else if (!to) {
    to = original_of(client_);
    // Whoever comes to our own port was not redirected, and would go round in circles.
    if (to && to->port() == client_.local_endpoint(error).port()) to.reset();
  }
  if (!to) co_return false;
  service_.close(error);
  service_.open(to->protocol(), error);
  if (error) co_return false;
  if (upstream_.mark != 0) {
    ::setsockopt(service_.native_handle(), SOL_SOCKET, SO_MARK, &upstream_.mark,
                 sizeof upstream_.mark);
  }
  service_.set_option(tcp::no_delay(true), error);
  co_await service_.async_connect(*to, into(error));
  co_return !error;
}

const Rule* Connection::chosen(Kind kind) {
  const Rule* const rule = in_force_.rule(kind);
  if (rule == nullptr || is_witness()) return rule;
  return in_force_.draw(rule->share) ? rule : nullptr;
}

bool Connection::reads(const Rule& rule) const {
  if (rule.readers.empty() || is_witness()) return true;
  const address host = plain(from_.address());
  return std::any_of(rule.readers.begin(), rule.readers.end(),
                     [&](const std::string& network) { return is_within(host, network); });
}

void Connection::reset() {
  end_abruptly(client_);
  end_abruptly(service_);
}

void Connection::close() {
  ErrorCode ignored;
  client_.close(ignored);
  service_.close(ignored);
}

}  // namespace chokepoint::proxy
