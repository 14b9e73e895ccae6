#pragma once
// A new connection to a host, in bounded time.

#include <sys/socket.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "controller/probes/address.h"
#include "controller/probes/deadline.h"
#include "controller/probes/descriptor.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller {

struct Endpoint {
  sockaddr_storage address{};
  socklen_t size = 0;
};

// Asks the system for the addresses of one host. The system's resolver cannot be told when to give
// up, so names are looked up on a thread of their own, which is left to itself when it is too late;
// the next lookup then waits for that one, so that there is never more than one.
class Lookup {
 public:
  explicit Lookup(Address address) : address_(std::move(address)) {}

  // Never empty. Errors: not_found; timed_out; unavailable when the resolver does not work. The
  // messages are whole texts for people.
  Result<std::vector<Endpoint>> endpoints(const Deadline& deadline);

  const Address& address() const { return address_; }

 private:
  struct Answer {
    std::mutex mutex;
    std::condition_variable came;
    std::optional<Result<std::vector<Endpoint>>> endpoints;
  };

  Address address_;
  std::shared_ptr<Answer> on_its_way_;
};

// Connects to the first of the host's addresses that lets it; none may take more than its share of
// the time that is left. The socket does not block. Errors: those of endpoints(); timed_out;
// unavailable with the last address's reason.
Result<Descriptor> connect_to(Lookup& lookup, const Deadline& deadline);

}  // namespace chokepoint::controller
