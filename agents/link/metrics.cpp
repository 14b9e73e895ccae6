#include "agents/link/metrics.h"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <filesystem>
#include <fstream>

#include "agents/system/failure.h"

namespace chokepoint::agents {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds = {0.005, 0.01, 0.02, 0.05, 0.1, 0.2,
                                                          0.5,   1,    2,    5,    10};

prometheus::Gauge& gauge(prometheus::Registry& registry, const std::string& name,
                         const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Histogram& histogram(prometheus::Registry& registry, const std::string& name,
                                 const std::string& help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, kSeconds);
}

}  // namespace

struct Metrics::Series {
  explicit Series(prometheus::Registry& registry)
      : active(gauge(registry, "chokepoint_agent_faults_active", "Faults in place.")),
        unknown(gauge(registry, "chokepoint_agent_faults_unknown",
                      "Faults of which nobody can say whether they are in place.")),
        lease_age(gauge(registry, "chokepoint_agent_lease_age_seconds",
                        "Since the lease of a fault was last renewed, the oldest of them.")),
        connected(gauge(registry, "chokepoint_agent_connected", "1 while a controller is there.")),
        inject(histogram(registry, "chokepoint_agent_inject_seconds",
                         "From the order to the witness that saw the fault.")),
        revert(histogram(registry, "chokepoint_agent_revert_seconds",
                         "From the end of a fault to the witness that saw none.")) {}
  prometheus::Gauge& active;
  prometheus::Gauge& unknown;
  prometheus::Gauge& lease_age;
  prometheus::Gauge& connected;
  prometheus::Histogram& inject;
  prometheus::Histogram& revert;
};

Metrics::Metrics()
    : registry_(std::make_shared<prometheus::Registry>()),
      series_(std::make_unique<Series>(*registry_)) {}
Metrics::~Metrics() = default;

void Metrics::set_active(double faults) { series_->active.Set(faults); }
void Metrics::set_unknown(double faults) { series_->unknown.Set(faults); }
void Metrics::set_lease_age(double seconds) { series_->lease_age.Set(seconds); }
void Metrics::set_connected(bool is_connected) { series_->connected.Set(is_connected ? 1 : 0); }
void Metrics::observe_inject(double seconds) { series_->inject.Observe(seconds); }
void Metrics::observe_revert(double seconds) { series_->revert.Observe(seconds); }

Status Metrics::write(const std::string& path) const {
  const std::string aside = path + ".new";
  std::ofstream file(aside);
  prometheus::TextSerializer().Serialize(file, registry_->Collect());
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(aside, path, error);
  if (!file || error) return system_error(fmt::format("cannot write {}", path));
  return Ok{};
}

}  // namespace chokepoint::agents
