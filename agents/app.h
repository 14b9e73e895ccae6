#pragma once
// The program chokepoint-agent.

namespace chokepoint::agents {

// Gives the exit code (scenarios/base/exit.h).
int main_of(int argc, char** argv);

}  // namespace chokepoint::agents
