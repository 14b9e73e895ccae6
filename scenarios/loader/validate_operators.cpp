#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "scenarios/loader/validation.h"

namespace chokepoint {
namespace {

// One step, with the team it belongs to.
class StepCheck {
 public:
  StepCheck(const Validation& v, std::string full_name, const v1::Step& step, const Path& path)
      : v_(v), full_name_(std::move(full_name)), step_(step), path_(path) {}

  void run() const {
    const auto itself = [&](const v1::Condition& c) { return c.step() == full_name_; };
    if (step_.has_when() && mentions(step_.when(), itself)) {
      v_.refuse(path_.field("when"), {"step"},
                {fmt::format("step '{}' waits for itself", full_name_)});
    }
    switch (step_.action_case()) {
      case v1::Step::kRebuild:
        return check_rebuild();
      case v1::Step::kPromote:
        return wants("promote", step_.promote().component(), "a component with a standby",
                     [](const v1::Component& c) { return c.has_standby(); });
      case v1::Step::kReassign:
        return wants("reassign", step_.reassign().component(), "a log",
                     [](const v1::Component& c) { return c.has_log(); });
      case v1::Step::kRestart:
        return wants("restart", step_.restart().component(), "a component with members",
                     stands_somewhere);
      case v1::Step::kResume:
        return wants("resume", step_.resume().component(),
                     "a component with a control plane, a vault or a lender",
                     [](const v1::Component& c) {
                       return has_control_plane(c) || c.has_vault() || c.has_lender();
                     });
      case v1::Step::kFailBack:
        return wants("fail_back", step_.fail_back().component(), "a component with a standby",
                     [](const v1::Component& c) { return c.has_standby(); });
      case v1::Step::kScale:
        return wants("scale", step_.scale().component(), "a service",
                     [](const v1::Component& c) { return c.has_service(); });
      case v1::Step::kPublish:
        return check_publish();
      case v1::Step::kBypass:
        return check_bypass();
      case v1::Step::kPause:
        return wants("pause", step_.pause().component(), "a vault or a lender",
                     [](const v1::Component& c) { return c.has_vault() || c.has_lender(); });
      case v1::Step::kCancel:
        return wants("cancel", step_.cancel().component(), "an authority",
                     [](const v1::Component& c) { return c.has_authority(); });
      case v1::Step::kThrottle:
        return wants("throttle", step_.throttle().component(), "a component with leases",
                     [](const v1::Component& c) { return c.has_leases(); });
      case v1::Step::kShed:
        return wants("shed", step_.shed().component(), "a component with leases",
                     [](const v1::Component& c) { return c.has_leases(); });
      case v1::Step::kRevert:
      case v1::Step::ACTION_NOT_SET:
        return;
    }
  }

 private:
  void wants(std::string_view action, const std::string& name, std::string_view what,
             const std::function<bool(const v1::Component&)>& fits) const {
    const v1::Component* component = v_.component(name);
    if (component == nullptr || fits(*component)) return;
    v_.refuse(path_.field(action), {"component"},
              {fmt::format("'{}' is not {}, which '{}' needs", name, what, action)});
  }

  void check_rebuild() const {
    const v1::Rebuild& rebuild = step_.rebuild();
    wants("rebuild", rebuild.component(), "a quorum",
          [](const v1::Component& c) { return c.has_quorum(); });
    const v1::Component* component = v_.component(rebuild.component());
    if (component == nullptr || !component->has_quorum()) return;
    const std::uint32_t members = component->quorum().members();
    if (members == 0 || rebuild.members() <= members) return;
    v_.refuse(path_.field("rebuild"), {"members"},
              {fmt::format("'{}' has {} members, {} cannot be rebuilt", rebuild.component(),
                           members, rebuild.members()),
               "leave 'members' out for as many as are lost"});
  }

  void check_publish() const {
    const v1::Publish& publish = step_.publish();
    wants("publish", publish.component(), "a config or a name",
          [](const v1::Component& c) { return c.has_config() || c.has_dns(); });
    const v1::Component* component = v_.component(publish.component());
    if (component == nullptr) return;
    const std::vector<std::string> answers = sorted_names(component->dns().answers());
    for (const std::string& to : publish.to()) {
      if (contains(answers, to)) continue;
      v_.refuse(path_.field("publish"), {"to"},
                {fmt::format("'{}' has no answer '{}'", publish.component(), to),
                 answers.empty() ? "only names have answers"
                                 : fmt::format("its answers: {}", fmt::join(answers, ", "))});
    }
  }

  void check_bypass() const {
    const v1::Bypass& bypass = step_.bypass();
    const v1::Component* component = v_.component(bypass.component());
    if (component == nullptr || !contains(v_.names().components, bypass.need())) return;
    for (const v1::Need& need : component->needs()) {
      if (need.component() == bypass.need()) return;
    }
    v_.refuse(path_.field("bypass"), {"need"},
              {fmt::format("'{}' does not need '{}'", bypass.component(), bypass.need()),
               "only what stands in its 'needs' can be bypassed"});
  }

  const Validation& v_;
  const std::string full_name_;
  const v1::Step& step_;
  const Path& path_;
};

void check_circles_of_steps(const Validation& v, const v1::Operators& operators, const Path& path) {
  Waits waits;
  for (const auto& [name, step] : operators.runbook()) {
    waits[name] = {step.after().begin(), step.after().end()};
  }
  const std::vector<std::string> circle = circle_in(waits);
  if (circle.empty()) return;
  const Path runbook = path.field("runbook");
  v.refuse(runbook.field(circle.front()), {"after"},
           {fmt::format("steps wait for each other in a circle: {}", drawn(circle))});
}

}  // namespace

void validate_operators(const Validation& v) {
  const Path teams = v.root().field("operators");
  for (const auto& [team, operators] : v.scenario().operators()) {
    const Path path = teams.field(team);
    check_circles_of_steps(v, operators, path);
    const Path runbook = path.field("runbook");
    for (const auto& [name, step] : operators.runbook()) {
      const Path step_path = runbook.field(name);
      StepCheck(v, team + "/" + name, step, step_path).run();
    }
  }
}

}  // namespace chokepoint
