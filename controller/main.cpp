#include "controller/app.h"

int main(int argc, char** argv) { return chokepoint::controller::main_of(argc, argv); }
