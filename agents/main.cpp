#include "agents/app.h"

int main(int argc, char** argv) { return chokepoint::agents::main_of(argc, argv); }
