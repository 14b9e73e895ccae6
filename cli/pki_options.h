#pragma once
// chokepoint pki, as it is written on the command line.

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/commands/pki.h"

namespace chokepoint::cli {

// `arguments` has to live as long as `app`.
void add_pki(CLI::App& app, PkiArguments& arguments);

}  // namespace chokepoint::cli
