#pragma once
// How help and mistakes on the command line look.

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>
#include <string>

#include "scenarios/base/result.h"

namespace chokepoint::cli {

// Help that starts with what a command is for and how it is used, and only then lists the options.
std::shared_ptr<CLI::FormatterBase> with_examples(std::string examples);

// What is wrong with a command line that CLI11 refused, with the nearest known command or flag as
// hint.
Error usage_error(const CLI::App& app, const CLI::ParseError& error);

}  // namespace chokepoint::cli
