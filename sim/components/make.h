#pragma once
// Which class stands for which kind of component of the schema.

#include <memory>
#include <string>

#include "chokepoint/v1/component.pb.h"

namespace chokepoint::sim {

class Component;
class World;

// `spec` must outlive the component.
std::unique_ptr<Component> make_component(World& world, const std::string& name,
                                          const v1::Component& spec);

}  // namespace chokepoint::sim
