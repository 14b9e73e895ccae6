#include "agents/system/order.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include "agents/system/descriptor.h"
#include "agents/system/failure.h"
#include "agents/system/process.h"
#include "agents/system/replace_file.h"
#include "agents/system/step.h"
#include "agents/system/wait.h"

namespace chokepoint::agents {
namespace {

constexpr timeval kOrderPatience{.tv_sec = 2, .tv_usec = 0};
constexpr double kDeath = 2;  // seconds

Result<Descriptor> connect(const std::string& control) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (control.size() >= sizeof address.sun_path) {
    return Error{.code = Code::invalid_input,
                 .message = fmt::format("the path {} is too long for a socket", control)};
  }
  control.copy(address.sun_path, sizeof address.sun_path - 1);
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ::setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &kOrderPatience, sizeof kOrderPatience);
  ::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &kOrderPatience, sizeof kOrderPatience);
  if (::connect(socket.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ENOENT || errno == ECONNREFUSED) {
      return Error{.code = Code::not_found,
                   .message = fmt::format("no proxy listens at {}", control),
                   .hint = "start chokepoint-proxy before the service, with --control"};
    }
    return system_error(fmt::format("cannot speak to the proxy at {}", control));
  }
  return socket;
}

}  // namespace

Result<proxy::Answer> order(const std::string& control, const proxy::Command& command) {
  const Result<Descriptor> socket = connect(control);
  if (!socket) return socket.error();
  const std::string text = nlohmann::json(command).dump() + "\n";
  step("proxy: order");
  const Error silent{.code = Code::timed_out,
                     .message = fmt::format("the proxy at {} does not answer", control)};
  if (::send(socket->number(), text.data(), text.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(text.size())) {
    return silent;
  }
  std::string said;
  std::array<char, 4096> piece{};
  while (said.find('\n') == std::string::npos) {
    const ssize_t got = ::recv(socket->number(), piece.data(), piece.size(), 0);
    if (got <= 0) return silent;
    said.append(piece.data(), static_cast<std::size_t>(got));
  }
  step("proxy: ordered");
  const auto json = nlohmann::json::parse(said, nullptr, false);
  if (!json.is_object()) return silent;
  const auto answer = json.get<proxy::Answer>();
  if (!answer.refused.empty()) {
    return Error{.code = Code::conflict,
                 .message = fmt::format("the proxy at {} refuses: {}", control, answer.refused)};
  }
  return answer;
}

Result<proxy::Answer> order(const std::string& control, std::string verb, std::string id) {
  proxy::Command command;
  command.verb = std::move(verb);
  command.id = std::move(id);
  return order(control, command);
}

Status end_proxy(const std::string& control) {
  const Result<Descriptor> socket = connect(control);
  if (socket) {
    ucred owner{};
    socklen_t length = sizeof owner;
    if (::getsockopt(socket->number(), SOL_SOCKET, SO_PEERCRED, &owner, &length) == 0 &&
        owner.pid > 1) {
      if (const auto identity = identify_process(owner.pid)) {
        if (Status sent = send_if_there(*identity, SIGKILL); !sent) return sent;
        wait_for(*identity, ProcessState::gone, kDeath);
      }
    }
  }
  return remove_file(control);
}

}  // namespace chokepoint::agents
