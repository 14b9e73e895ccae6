// gRPC's own way to leave out xDS (its plugin_registry/grpc_plugin_registry_noextra.cc): agents
// dial one address, and the load balancing of meshes would be a third of their file.
namespace grpc_core {

class CoreConfiguration {
 public:
  class Builder;
};

void RegisterExtraFilters(CoreConfiguration::Builder*);
void RegisterExtraFilters(CoreConfiguration::Builder*) {}

}  // namespace grpc_core
