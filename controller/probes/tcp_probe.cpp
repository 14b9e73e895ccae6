#include "controller/probes/connect.h"
#include "controller/probes/kinds.h"

namespace chokepoint::controller {
namespace {

class TcpAsker final : public Asker {
 public:
  TcpAsker(Address address, double timeout) : lookup_(std::move(address)), timeout_(timeout) {}

  Answer ask() override {
    const Deadline deadline(timeout_);
    const Result<Descriptor> socket = connect_to(lookup_, deadline);
    return socket ? deadline.good("connected") : deadline.bad(socket.error().message);
  }

 private:
  Lookup lookup_;
  double timeout_;
};

}  // namespace

Result<std::unique_ptr<Asker>> make_tcp_asker(const v1::TcpProbe& probe, double timeout) {
  Result<Address> address = parse_address(probe.address());
  if (!address) return address.error();
  return std::unique_ptr<Asker>(std::make_unique<TcpAsker>(*std::move(address), timeout));
}

}  // namespace chokepoint::controller
