#include "agents/system/step.h"

namespace chokepoint::agents {
namespace {

StepHook hook_of_tests = nullptr;

}  // namespace

void on_step(StepHook hook) { hook_of_tests = hook; }

void step(std::string_view what) {
  if (hook_of_tests != nullptr) hook_of_tests(what);
}

}  // namespace chokepoint::agents
