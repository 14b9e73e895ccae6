#include "controller/plan/work.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <map>
#include <string>

#include "scenarios/base/quantity.h"
#include "scenarios/base/sorted.h"
#include "scenarios/loader/rules.h"

namespace chokepoint::controller {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Of an action: names, numbers and lists of names.
std::string value_of(const Message& action, const FieldDescriptor* field) {
  const auto* reflection = action.GetReflection();
  if (field->is_repeated()) {
    std::string all;
    for (int i = 0; i < reflection->FieldSize(action, field); ++i) {
      all += (i == 0 ? "" : ", ") + reflection->GetRepeatedString(action, field, i);
    }
    return "[" + all + "]";
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return format_quantity(reflection->GetDouble(action, field), rule_of(field).unit());
    case FieldDescriptor::CPPTYPE_UINT32:
      return std::to_string(reflection->GetUInt32(action, field));
    default:
      return reflection->GetString(action, field);
  }
}

std::string yaml_of(const std::string& name, const Message& action) {
  std::vector<const FieldDescriptor*> written;
  action.GetReflection()->ListFields(action, &written);
  std::string fields;
  for (const FieldDescriptor* field : written) {
    fields +=
        fmt::format("{}{}: {}", fields.empty() ? "" : ", ", field->name(), value_of(action, field));
  }
  return fmt::format("{}: {{{}}}", name, fields);
}

class Work {
 public:
  Work(const v1::RunRecord& record, const v1::Scenario& scenario, const v1::Deployment& deployment,
       double pace)
      : record_(record), scenario_(scenario), deployment_(deployment), pace_(pace) {}

  std::vector<v1::PlannedWork> run() {
    for (const v1::Event& event : record_.events()) {
      if (event.kind() == v1::EVENT_KIND_GATE) gate(event);
      if (event.kind() == v1::EVENT_KIND_OPERATORS) step(event);
    }
    return std::move(work_);
  }

 private:
  void gate(const v1::Event& event) {
    if (!stands_for_something(event.subject())) return;
    add(event.at_s(), event,
        fmt::format("gate: {{component: {}, is: {}, lets: [{}]}}", event.subject(), event.text(),
                    fmt::join(let_through(event.subject(), event.text()), ", ")));
  }

  // The probed capabilities that may go on with the component as it is.
  std::vector<std::string> let_through(const std::string& component, const std::string& is) const {
    std::vector<std::string> let;
    for (const std::string& name : sorted_names(deployment_.probes())) {
      if (const v1::Need* need = need_of(name, component); need != nullptr) {
        if (is_open(scenario_.components().at(component).gated(), need->gate(), is)) {
          let.push_back(name);
        }
      }
    }
    return let;
  }

  // Whether the gate `wanted`, or any if it is empty, is open when `is` is the last one that is.
  static bool is_open(const v1::Gated& gated, const std::string& wanted, const std::string& is) {
    for (auto gate = gated.gates().find(is); gate != gated.gates().end();
         gate = gated.gates().find(gate->second.after())) {
      if (wanted.empty() || gate->first == wanted) return true;
    }
    return false;
  }

  void step(const v1::Event& event) {
    if (event.text() == "started") started_[event.subject()] = event.at_s();
    if (event.text() != "done") return;
    const std::size_t slash = event.subject().find('/');
    const v1::Step& step = scenario_.operators()
                               .at(event.subject().substr(0, slash))
                               .runbook()
                               .at(event.subject().substr(slash + 1));
    const FieldDescriptor* action = step.GetReflection()->GetOneofFieldDescriptor(
        step, v1::Step::descriptor()->FindOneofByName("action"));
    if (action == nullptr || step.has_revert()) return;
    const Message& changes = step.GetReflection()->GetMessage(step, action);
    const auto* component = changes.GetDescriptor()->FindFieldByName("component");
    if (!stands_for_something(changes.GetReflection()->GetString(changes, component))) return;
    add(started_.at(event.subject()), event, yaml_of(action->name(), changes));
  }

  bool stands_for_something(const std::string& component) const {
    const auto& probes = deployment_.probes();
    return deployment_.components().contains(component) ||
           std::any_of(probes.begin(), probes.end(), [&](const auto& probe) {
             return need_of(probe.first, component) != nullptr;
           });
  }

  const v1::Need* need_of(const std::string& capability, const std::string& component) const {
    for (const v1::Need& need : scenario_.capabilities().at(capability).needs()) {
      if (need.component() == component) return &need;
    }
    return nullptr;
  }

  void add(double from_s, const v1::Event& done, std::string action) {
    v1::PlannedWork& one = work_.emplace_back();
    one.set_from_s(from_s / pace_);
    one.set_to_s(done.at_s() / pace_);
    one.set_by(done.subject());
    one.set_action(std::move(action));
  }

  const v1::RunRecord& record_;
  const v1::Scenario& scenario_;
  const v1::Deployment& deployment_;
  double pace_;
  std::map<std::string, double> started_;
  std::vector<v1::PlannedWork> work_;
};

}  // namespace

std::vector<v1::PlannedWork> work_of(const v1::RunRecord& record, const v1::Scenario& scenario,
                                     const v1::Deployment& deployment, double pace) {
  return Work(record, scenario, deployment, pace).run();
}

}  // namespace chokepoint::controller
