#include "scenarios/loader/load_deployment.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "scenarios/base/nearest.h"
#include "scenarios/base/sorted.h"
#include "scenarios/loader/document.h"
#include "scenarios/loader/path.h"
#include "scenarios/loader/problems.h"
#include "scenarios/loader/read_message.h"
#include "scenarios/loader/rules.h"
#include "scenarios/loader/text_file.h"
#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

class Check {
 public:
  Check(const v1::Deployment& deployment, const v1::Scenario& scenario, const Node& tree,
        const Unread& unread, Problems& problems)
      : deployment_(deployment),
        scenario_(scenario),
        tree_(tree),
        unread_(unread),
        problems_(problems),
        capabilities_(sorted_names(scenario.capabilities())),
        components_(sorted_names(scenario.components())) {}

  void run() {
    const Path root;
    const Path places = root.field("places");
    for (const std::string& name : sorted_names(deployment_.places())) place(name, places);
    const Path components = root.field("components");
    for (const std::string& name : sorted_names(deployment_.components())) {
      component(name, components);
    }
    const Path probes = root.field("probes");
    for (const std::string& name : sorted_names(deployment_.probes())) {
      known(probes, name, capabilities_, "capability", "capabilities");
      bounds(deployment_.probes().at(name), probes.field(name));
    }
    const Path budget = root.field("budget");
    for (const std::string& name : sorted_names(deployment_.budget())) {
      known(budget, name, capabilities_, "capability", "capabilities");
    }
    never_down(root.field("guards"));
  }

 private:
  void refuse(const Path& path, std::string message, std::string hint = "") {
    if (unread_.touches(path)) return;
    problems_.add({locate(tree_, v1::Deployment::descriptor(), path).value_at(), std::move(message),
                   std::move(hint)});
  }

  void refuse_key(const Path& map, const std::string& key, std::string message, std::string hint) {
    problems_.add({locate(tree_, v1::Deployment::descriptor(), map.field(key)).key,
                   std::move(message), std::move(hint)});
  }

  bool known(const Path& map, const std::string& name, const std::vector<std::string>& names,
             std::string_view kind, std::string_view all) {
    if (contains(names, name)) return true;
    refuse_key(map, name, fmt::format("the scenario has no {} '{}'", kind, name),
               hint_for_unknown(name, names, fmt::format("its {} are", all)));
    return false;
  }

  // A place or one on the way to it, or one of a place's racks.
  void place(const std::string& name, const Path& map) {
    const std::size_t slash = name.rfind("/rack-");
    if (slash != std::string::npos) {
      const auto whole = scenario_.places().find(name.substr(0, slash));
      std::uint32_t number = 0;
      const char* const end = name.data() + name.size();
      const auto read = std::from_chars(name.data() + slash + 6, end, number);
      if (whole != scenario_.places().end() && read.ptr == end && read.ec == std::errc() &&
          number < whole->second.racks()) {
        return;
      }
    }
    const auto& places = scenario_.places();
    const bool is_there = std::any_of(places.begin(), places.end(), [&](const auto& entry) {
      return is_within(entry.first, name);
    });
    if (!is_there) known(map, name, sorted_names(places), "place", "places");
  }

  void component(const std::string& name, const Path& map) {
    if (!known(map, name, components_, "component", "components")) return;
    const v1::Component& component = scenario_.components().at(name);
    const v1::ComponentBinding& binding = deployment_.components().at(name);
    const Path path = map.field(name);
    const auto bound = static_cast<std::uint32_t>(binding.members_size());
    if (const Members members = members_of(component); bound > members.count) {
      refuse(path.field("members"),
             fmt::format("{} members are bound, and {} has {}", bound, name, members.count));
    }
    for (int i = 0; i < binding.members_size(); ++i) {
      const Path members = path.field("members");
      member(binding.members(i), members.item(static_cast<std::size_t>(i)));
    }
    if (binding.has_control_plane()) {
      const Path control_plane = path.field("control_plane");
      if (!has_control_plane(component)) {
        refuse(control_plane, fmt::format("{} has no control plane", name),
               std::string(kHaveControlPlane));
      }
      if (binding.control_plane().process().empty()) {
        refuse(control_plane, "a control plane that stalls is a process that is paused",
               "write 'process: ' and what the agent's configuration calls it");
      }
    }
    if (binding.files_size() > 0 && !component.has_config()) {
      refuse(path.field("files"), fmt::format("{} is no config, and pushes no file", name));
    }
    if (binding.resolvers_size() > 0 && !component.has_dns()) {
      refuse(path.field("resolvers"), fmt::format("{} is no dns, and has no record", name));
    }
  }

  void member(const v1::MemberBinding& binding, const Path& path) {
    if (binding.process().empty() && binding.cgroup().empty() && binding.service().empty()) {
      refuse(path, "nothing of the agent's is named",
             "write 'process', 'cgroup' or 'service', and what its configuration calls it");
    }
    if (!binding.method().empty() != !binding.result().empty()) {
      refuse(path, "'method' and 'result' belong together");
    }
  }

  void bounds(const v1::Probe& probe, const Path& path) {
    if (probe.has_prometheus() && !probe.prometheus().has_at_least() &&
        !probe.prometheus().has_at_most()) {
      refuse(path.field("prometheus"), "there is no bound, so nothing could fail",
             "write 'at_least: 1'");
    }
  }

  void never_down(const Path& guards) {
    const Path path = guards.field("never_down");
    const std::vector<std::string> probed = sorted_names(deployment_.probes());
    for (int i = 0; i < deployment_.guards().never_down_size(); ++i) {
      const std::string& name = deployment_.guards().never_down(i);
      if (contains(probed, name)) continue;
      refuse(path.item(static_cast<std::size_t>(i)), fmt::format("no probe answers for '{}'", name),
             hint_for_unknown(name, probed, "there are probes for"));
    }
  }

  const v1::Deployment& deployment_;
  const v1::Scenario& scenario_;
  const Node& tree_;
  const Unread& unread_;
  Problems& problems_;
  const std::vector<std::string> capabilities_;
  const std::vector<std::string> components_;
};

}  // namespace

LoadedDeployment load_deployment(const std::filesystem::path& path, const v1::Scenario& scenario) {
  const Result<std::string> text = read_text_file(path);
  if (!text) return {.errors = {text.error()}};
  return load_deployment_text(*text, path.string(), scenario);
}

LoadedDeployment load_deployment_text(std::string_view text, const std::string& name,
                                      const v1::Scenario& scenario) {
  LoadedDeployment loaded{.text = std::string(text)};
  const Source source(name, std::string(without_byte_order_mark(text)), 0);
  Problems problems;
  const NodePtr root = parse_document(source, problems);
  if (root != nullptr && root->kind != Node::Kind::map) {
    problems.add({root->at, "a deployment is a mapping", "begin with 'deployment: its-name'"});
  } else if (root != nullptr) {
    Rules rules;
    Unread unread;
    read_message(*root, loaded.deployment, rules, problems, unread);
    Check(loaded.deployment, scenario, *root, unread, problems).run();
  }
  if (!problems.empty()) loaded.errors = problems.take();
  return loaded;
}

}  // namespace chokepoint
