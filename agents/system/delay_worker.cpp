#include "agents/system/delay_worker.h"

#include <sys/random.h>

#include <cmath>
#include <string>

namespace chokepoint::agents {
namespace {

constexpr std::uint16_t kFirstQueue = 20'000;  // below stand those that firewalls are given by hand
constexpr int kStartTries = 8;

}  // namespace

Result<DelayWorker> DelayWorker::start(double delay, double jitter) {
  for (int i = 0; i < kStartTries; ++i) {
    std::uint16_t drawn = 0;
    (void)!::getrandom(&drawn, sizeof drawn, 0);
    const auto queue = static_cast<std::uint16_t>(kFirstQueue + drawn % kFirstQueue);
    Result<Companion> process =
        Companion::start("chokepoint-delay",
                         {std::to_string(queue), std::to_string(std::lround(delay * 1e6)),
                          std::to_string(std::lround(jitter * 1e6))},
                         true);
    if (process) return DelayWorker(*std::move(process), queue);
  }
  return Error{.code = Code::unavailable,
               .message = "chokepoint-delay gets no queue from the kernel",
               .hint = "it stands beside chokepoint-agent, and needs NFQUEUE and CAP_NET_ADMIN"};
}

}  // namespace chokepoint::agents
