#include "controller/probes/asker.h"
#include "controller/probes/kinds.h"
#include "controller/probes/within_rules.h"
#include "scenarios/base/assert.h"

namespace chokepoint::controller {

Result<std::unique_ptr<Asker>> make_asker(const v1::Probe& probe,
                                          const v1::ControllerConfig& config) {
  if (const Status allowed = within_rules(probe); !allowed) return allowed.error();
  const double timeout = probe.timeout();
  switch (probe.kind_case()) {
    case v1::Probe::kHttp:
      return make_http_asker(probe.http(), timeout);
    case v1::Probe::kTcp:
      return make_tcp_asker(probe.tcp(), timeout);
    case v1::Probe::kGrpcHealth:
      return make_grpc_health_asker(probe.grpc_health(), timeout);
    case v1::Probe::kCommand:
      return make_command_asker(probe.command(), config, timeout);
    case v1::Probe::kPrometheus:
      return make_prometheus_asker(probe.prometheus(), timeout);
    case v1::Probe::KIND_NOT_SET:
      break;
  }
  CHOKEPOINT_ASSERT(false, "within_rules let a probe without a kind pass");
  return Error{};
}

}  // namespace chokepoint::controller
