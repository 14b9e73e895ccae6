#include "cli/app.h"

int main(int argc, char** argv) { return chokepoint::cli::run_app(argc, argv, {}); }
