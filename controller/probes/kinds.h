#pragma once
// One function for each kind of probe, for make_asker. `timeout` is in seconds and what the schema
// allows. Errors: those of make_asker.

#include "controller/probes/asker.h"

namespace chokepoint::controller {

Result<std::unique_ptr<Asker>> make_http_asker(const v1::HttpProbe& probe, double timeout);
Result<std::unique_ptr<Asker>> make_tcp_asker(const v1::TcpProbe& probe, double timeout);
Result<std::unique_ptr<Asker>> make_grpc_health_asker(const v1::GrpcHealthProbe& probe,
                                                      double timeout);
Result<std::unique_ptr<Asker>> make_command_asker(const v1::CommandProbe& probe,
                                                  const v1::ControllerConfig& config,
                                                  double timeout);
Result<std::unique_ptr<Asker>> make_prometheus_asker(const v1::PrometheusProbe& probe,
                                                     double timeout);

}  // namespace chokepoint::controller
