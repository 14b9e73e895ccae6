#include "agents/proxy/server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace chokepoint::proxy {
namespace {

constexpr std::size_t kLongestOrder = 1U << 20U;
constexpr int kBacklog = 4096;
// What open connections have to finish when a temporary proxy leaves; then they are cut.
constexpr std::chrono::seconds kToFinish(2);

asio::local::stream_protocol::acceptor order_socket(asio::io_context& context,
                                                    const std::string& path) {
  asio::local::stream_protocol::endpoint endpoint(path);
  asio::local::stream_protocol::socket other(context);
  ErrorCode error;
  other.connect(endpoint, error);
  if (!error)
    throw boost::system::system_error(make_error_code(boost::system::errc::address_in_use), path);
  ::unlink(path.c_str());  // of one that died
  const mode_t before = ::umask(0177);
  asio::local::stream_protocol::acceptor acceptor(context, endpoint);
  ::umask(before);
  return acceptor;
}

tcp::acceptor listener(asio::io_context& context, const tcp::endpoint& at) {
  tcp::acceptor acceptor(context);
  acceptor.open(at.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  if (at.address().is_v6() && at.address().is_unspecified()) {
    acceptor.set_option(asio::ip::v6_only(false));
  }
  acceptor.bind(at);
  acceptor.listen(kBacklog);
  return acceptor;
}

}  // namespace

Server::Server(asio::io_context& context, Options options)
    : context_(context),
      options_(std::move(options)),
      in_force_(context),
      acceptor_(listener(context, options_.listen)),
      datagrams_(context),
      orders_(order_socket(context, options_.control)) {
  if (options_.speaks == Speaks::dns) {
    const tcp::endpoint at = acceptor_.local_endpoint();
    datagrams_ = asio::ip::udp::socket(context, asio::ip::udp::endpoint(at.address(), at.port()));
    dns_ = std::make_unique<DnsServer>(datagrams_, options_.upstream, in_force_);
    asio::co_spawn(context, dns_->serve(), asio::detached);
  }
  in_force_.listen([this] {
    if (options_.is_temporary && has_begun_ && in_force_.rule() == nullptr) leave_soon();
  });
  asio::co_spawn(context, accept(), asio::detached);
  asio::co_spawn(context, take_orders(), asio::detached);
}

Server::~Server() { ::unlink(options_.control.c_str()); }

awaitable<void> Server::accept() {
  while (true) {
    ErrorCode error;
    tcp::socket client = co_await acceptor_.async_accept(into(error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {  // too many open files, for instance
      asio::steady_timer pause(context_, std::chrono::milliseconds(20));
      co_await pause.async_wait(into(error));
      continue;
    }
    if (dns_) {
      asio::co_spawn(context_, dns_->serve(std::move(client)), asio::detached);
      continue;
    }
    auto connection =
        std::make_shared<Connection>(std::move(client), options_.upstream, in_force_, open_);
    asio::co_spawn(context_,
                   options_.speaks == Speaks::http ? relay_http(std::move(connection))
                                                   : relay(std::move(connection)),
                   asio::detached);
  }
}

awaitable<void> Server::take_orders() {
  while (true) {
    ErrorCode error;
    Local::socket socket = co_await orders_.async_accept(into(error));
    if (error == asio::error::operation_aborted) co_return;
    if (!error) asio::co_spawn(context_, obey(std::move(socket)), asio::detached);
  }
}

awaitable<void> Server::obey(Local::socket socket) {
  std::string text;
  ErrorCode error;
  while (true) {
    const std::size_t length = co_await asio::async_read_until(
        socket, asio::dynamic_buffer(text, kLongestOrder), '\n', into(error));
    if (error) co_return;
    const auto order = nlohmann::json::parse(text.substr(0, length), nullptr, false);
    text.erase(0, length);
    Answer answer;
    answer.refused = "no order that can be read";
    try {
      if (order.is_object()) answer = carry_out(order.get<Command>());
    } catch (const nlohmann::json::exception& wrong) {
      answer.refused = wrong.what();
    }
    const std::string said = nlohmann::json(answer).dump() + "\n";
    co_await asio::async_write(socket, asio::buffer(said), into(error));
    if (error) co_return;
  }
}

Answer Server::carry_out(const Command& command) {
  Answer answer;
  if (command.verb == "begin") {
    if (!in_force_.begin(command.rule, command.lease_s)) {
      answer.refused = "rule " + in_force_.rule()->id + " is in force";
    }
    has_begun_ = true;
  } else if (command.verb == "renew") {
    if (!in_force_.renew(command.id, command.lease_s)) answer.refused = "it is not in force";
  } else if (command.verb == "end") {
    if (in_force_.rule() != nullptr && in_force_.rule()->id == command.id) in_force_.end();
  } else if (command.verb == "witness") {
    in_force_.expect_witness(command.from_port, command.to_port);
  } else if (command.verb == "quit") {
    in_force_.end();
    leave_soon();
  } else if (command.verb != "status") {
    answer.refused = "no order called '" + command.verb + "'";
  }
  answer.id = in_force_.rule() != nullptr ? in_force_.rule()->id : "";
  answer.listen = acceptor_.local_endpoint().port();
  answer.touched = in_force_.touched();
  answer.open = open_;
  return answer;
}

// Accepts until the last moment: rules of the packet filter may still lead here.
void Server::leave_soon() {
  asio::co_spawn(
      context_,
      [this]() -> awaitable<void> {
        const auto until = Clock::now() + kToFinish;
        asio::steady_timer pause(context_);
        ErrorCode ignored;
        do {
          pause.expires_after(std::chrono::milliseconds(5));
          co_await pause.async_wait(into(ignored));
        } while (open_ > 0 && Clock::now() < until);
        context_.stop();
      },
      asio::detached);
}

}  // namespace chokepoint::proxy
