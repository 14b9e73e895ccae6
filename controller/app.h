#pragma once
// The program chokepoint-controller.

namespace chokepoint::controller {

// Gives the exit code (scenarios/base/exit.h).
int main_of(int argc, char** argv);

}  // namespace chokepoint::controller
