#include "sim/platform/paced.h"

#include <algorithm>

namespace chokepoint::sim {

Kernel::Sent send_paced(Kernel& kernel, RackId from, RackId to, double bytes, double limit) {
  while (bytes > 0) {
    const double piece = std::min(bytes, limit * kPiece);
    const double not_before = kernel.now() + piece / limit;
    if (kernel.send(from, to, piece) == Kernel::Sent::failed) return Kernel::Sent::failed;
    if (kernel.now() < not_before) kernel.sleep_until(not_before);
    bytes -= piece;
  }
  return Kernel::Sent::done;
}

}  // namespace chokepoint::sim
