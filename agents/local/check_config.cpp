#include "agents/local/check_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "agents/system/network.h"
#include "scenarios/base/sorted.h"

namespace chokepoint::agents {
namespace {

Error wrong(const std::string& where, const std::string& what, const std::string& hint = "") {
  return {.code = Code::invalid_input, .message = fmt::format("{}: {}", where, what), .hint = hint};
}

Status check_path(const std::string& where, const std::string& path) {
  if (path.starts_with('/')) return Ok{};
  return wrong(where, fmt::format("'{}' is no absolute path", path), "begin with /");
}

// As the kernel takes them, and nothing that a rule could be made of.
bool is_interface(const std::string& name) {
  constexpr std::size_t kLongest = 15;
  return !name.empty() && name.size() <= kLongest &&
         std::all_of(name.begin(), name.end(), [](unsigned char letter) {
           return std::isalnum(letter) != 0 || letter == '.' || letter == '_' || letter == '-';
         });
}

Status check_process(const std::string& name, const v1::ProcessTarget& process) {
  const std::string where = "processes." + name;
  if (Status checked = check_path(where + ".pid_file", process.pid_file()); !checked)
    return checked;
  if (Status checked = check_path(where + ".executable", process.executable()); !checked) {
    return checked;
  }
  if (process.restart().empty()) return Ok{};
  return check_path(where + ".restart", process.restart(0));
}

Status check_interface(const std::string& name, const v1::InterfaceTarget& interface) {
  const std::string where = "interfaces." + name;
  if (!is_interface(interface.interface())) {
    return wrong(where, fmt::format("'{}' is no name of an interface", interface.interface()),
                 "for example eth0");
  }
  for (const std::string& peer : interface.peers()) {
    const Result<Network> network = parse_network(peer);
    if (!network) return wrong(where, network.error().message, network.error().hint);
  }
  return Ok{};
}

Status check_service(const std::string& name, const v1::ServiceTarget& service) {
  const std::string where = "services." + name;
  if (!service.address().empty()) {
    const Result<Network> host = parse_network(service.address());
    if (!host || host->is_v6 || host->prefix != 32) {
      return wrong(where + ".address",
                   fmt::format("'{}' is no IPv4 address of a host", service.address()));
    }
  }
  if (service.proxy().empty()) return Ok{};
  return check_path(where + ".proxy", service.proxy());
}

Status check_controller(const v1::ControllerAddress& controller) {
  const int files = (controller.authority().empty() ? 0 : 1) +
                    (controller.certificate().empty() ? 0 : 1) + (controller.key().empty() ? 0 : 1);
  if (files != 0 && files != 3) {
    return wrong("controller", "'authority', 'certificate' and 'key' belong together");
  }
  for (const std::string& path :
       {controller.authority(), controller.certificate(), controller.key()}) {
    if (path.empty()) continue;
    if (Status checked = check_path("controller", path); !checked) return checked;
  }
  return Ok{};
}

}  // namespace

Status check_config(const v1::AgentConfig& config) {
  if (Status checked = check_path("state", config.state()); !checked) return checked;
  if (!config.metrics().empty()) {
    if (Status checked = check_path("metrics", config.metrics()); !checked) return checked;
  }
  if (Status checked = check_controller(config.controller()); !checked) return checked;
  for (const std::string& name : sorted_names(config.services())) {
    if (Status checked = check_service(name, config.services().at(name)); !checked) return checked;
  }
  for (const std::string& name : sorted_names(config.cgroups())) {
    const std::string& path = config.cgroups().at(name).path();
    if (Status checked = check_path("cgroups." + name, path); !checked) return checked;
  }
  for (const std::string& name : sorted_names(config.folders())) {
    const std::string& path = config.folders().at(name).path();
    if (Status checked = check_path("folders." + name, path); !checked) return checked;
  }
  for (const std::string& name : sorted_names(config.processes())) {
    if (Status checked = check_process(name, config.processes().at(name)); !checked) return checked;
  }
  for (const std::string& name : sorted_names(config.files())) {
    const v1::FileTarget& file = config.files().at(name);
    if (Status checked = check_path("files." + name + ".path", file.path()); !checked)
      return checked;
    if (!file.reload().empty() && !config.processes().contains(file.reload())) {
      return wrong("files." + name + ".reload",
                   fmt::format("there is no process '{}'", file.reload()),
                   "name one that stands under 'processes'");
    }
  }
  for (const std::string& name : sorted_names(config.interfaces())) {
    if (Status checked = check_interface(name, config.interfaces().at(name)); !checked)
      return checked;
  }
  return Ok{};
}

}  // namespace chokepoint::agents
