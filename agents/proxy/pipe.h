#pragma once
// Carries bytes from one socket to another inside the kernel (splice), for streams that nothing
// holds back: they are not copied to the proxy and out of it again.

#include "agents/proxy/connection.h"
#include "agents/system/descriptor.h"

namespace chokepoint::proxy {

class Pipe {
 public:
  Pipe();

  // False when the system gave none, for want of descriptors.
  bool is_open() const { return in_.is_open(); }

  // Passes on what is there, all of it; waits for `to` to take it, never for `from`. False when
  // nothing was there. `error` is eof at the end of the stream.
  awaitable<bool> carry(tcp::socket& from, tcp::socket& to, ErrorCode& error);

 private:
  agents::Descriptor out_;
  agents::Descriptor in_;
  std::size_t size_ = 0;  // bytes that it takes
};

}  // namespace chokepoint::proxy
