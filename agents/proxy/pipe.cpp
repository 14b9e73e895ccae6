#include "agents/proxy/pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace chokepoint::proxy {
namespace {

constexpr int kWanted = 1 << 20;  // bytes; the system may grant less

ErrorCode last_error() { return {errno, boost::system::system_category()}; }

}  // namespace

Pipe::Pipe() {
  int ends[2];
  if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return;
  out_ = agents::Descriptor(ends[0]);
  in_ = agents::Descriptor(ends[1]);
  (void)::fcntl(in_.number(), F_SETPIPE_SZ, kWanted);
  size_ = static_cast<std::size_t>(std::max(::fcntl(in_.number(), F_GETPIPE_SZ), 1));
}

awaitable<bool> Pipe::carry(tcp::socket& from, tcp::socket& to, ErrorCode& error) {
  constexpr unsigned kHow = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;
  error = {};
  const ssize_t got = ::splice(from.native_handle(), nullptr, in_.number(), nullptr, size_, kHow);
  if (got <= 0) {
    if (got == 0) error = asio::error::eof;
    if (got < 0 && errno != EAGAIN) error = last_error();
    co_return false;
  }
  for (ssize_t left = got; left > 0;) {
    const ssize_t gone = ::splice(out_.number(), nullptr, to.native_handle(), nullptr,
                                  static_cast<std::size_t>(left), kHow);
    if (gone > 0) {
      left -= gone;
      continue;
    }
    if (gone < 0 && errno == EAGAIN) {
      co_await to.async_wait(tcp::socket::wait_write, into(error));
    } else {
      error = gone == 0 ? ErrorCode(asio::error::broken_pipe) : last_error();
    }
    if (error) co_return true;
  }
  co_return true;
}

}  // namespace chokepoint::proxy
