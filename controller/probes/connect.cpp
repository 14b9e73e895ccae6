#include "controller/probes/connect.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>

namespace chokepoint::controller {
namespace {

// "connection refused": as the system says it, in our case.
std::string reason(int error) {
  std::string text = std::generic_category().message(error);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z')
    text[0] = static_cast<char>(text[0] | 0x20);
  return text;
}

Error unavailable(int error) { return {.code = Code::unavailable, .message = reason(error)}; }

Error too_late(const Deadline& deadline) {
  return {.code = Code::timed_out, .message = deadline.missed("connection")};
}

// Blocks for as long as the system likes, unless `flags` say that it is numeric.
Result<std::vector<Endpoint>> look_up(const Address& address, int flags) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(address.host.c_str(), address.port.c_str(), &wanted, &found);
  if (error == EAI_NONAME || error == EAI_NODATA) {
    return Error{.code = Code::not_found,
                 .message = fmt::format("there is no host {}", address.host)};
  }
  if (error != 0) {
    return Error{
        .code = Code::unavailable,
        .message = fmt::format("cannot look up {}: {}", address.host,
                               error == EAI_SYSTEM ? reason(errno) : ::gai_strerror(error))};
  }
  std::vector<Endpoint> endpoints;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    Endpoint endpoint;
    std::memcpy(&endpoint.address, one->ai_addr, one->ai_addrlen);
    endpoint.size = one->ai_addrlen;
    endpoints.push_back(endpoint);
  }
  ::freeaddrinfo(found);
  return endpoints;
}

// Where nobody listens, the kernel may give a connection to the loopback interface the very port
// that it goes to, and the socket then speaks to itself.
bool speaks_to_itself(int socket) {
  Endpoint here{.size = sizeof(sockaddr_storage)};
  Endpoint there{.size = sizeof(sockaddr_storage)};
  return ::getsockname(socket, reinterpret_cast<sockaddr*>(&here.address), &here.size) == 0 &&
         ::getpeername(socket, reinterpret_cast<sockaddr*>(&there.address), &there.size) == 0 &&
         here.size == there.size && std::memcmp(&here.address, &there.address, here.size) == 0;
}

Result<Descriptor> connect_one(const Endpoint& to, int at_most_ms, const Deadline& deadline) {
  Descriptor socket(
      ::socket(to.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!socket.is_open()) return unavailable(errno);
  if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&to.address), to.size) != 0) {
    if (errno != EINPROGRESS) return unavailable(errno);
    pollfd writable{.fd = socket.number(), .events = POLLOUT, .revents = 0};
    const auto until = Deadline::Clock::now() + std::chrono::milliseconds(at_most_ms);
    int ready = 0;
    do {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(until - Deadline::Clock::now()).count();
      ready = ::poll(&writable, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    } while (ready < 0 && errno == EINTR);
    if (ready < 0) return unavailable(errno);
    if (ready == 0) return too_late(deadline);
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return unavailable(error);
  }
  if (speaks_to_itself(socket.number())) return unavailable(ECONNREFUSED);
  return socket;
}

}  // namespace

Result<std::vector<Endpoint>> Lookup::endpoints(const Deadline& deadline) {
  if (on_its_way_ == nullptr) {
    if (auto numeric = look_up(address_, AI_NUMERICHOST)) return numeric;
    on_its_way_ = std::make_shared<Answer>();
    try {
      std::thread([address = address_, answer = on_its_way_] {
        auto endpoints = look_up(address, AI_ADDRCONFIG);
        const std::lock_guard lock(answer->mutex);
        answer->endpoints = std::move(endpoints);
        answer->came.notify_all();
      }).detach();
    } catch (const std::system_error& error) {
      on_its_way_ = nullptr;
      return Error{.code = Code::unavailable,
                   .message = fmt::format("cannot look up {}: {}", address_.host, error.what())};
    }
  }
  std::unique_lock lock(on_its_way_->mutex);
  const bool has_come = on_its_way_->came.wait_until(
      lock, deadline.at(), [this] { return on_its_way_->endpoints.has_value(); });
  if (!has_come) {
    return Error{.code = Code::timed_out,
                 .message = deadline.missed("address of " + address_.host)};
  }
  Result<std::vector<Endpoint>> endpoints = *std::move(on_its_way_->endpoints);
  lock.unlock();
  on_its_way_ = nullptr;
  return endpoints;
}

Result<Descriptor> connect_to(Lookup& lookup, const Deadline& deadline) {
  const auto endpoints = lookup.endpoints(deadline);
  if (!endpoints) return endpoints.error();
  Result<Descriptor> socket = too_late(deadline);
  for (std::size_t i = 0; i < endpoints->size() && !socket; ++i) {
    const auto addresses_left = static_cast<int>(endpoints->size() - i);
    socket = connect_one((*endpoints)[i], deadline.left_ms() / addresses_left, deadline);
  }
  return socket;
}

}  // namespace chokepoint::controller
