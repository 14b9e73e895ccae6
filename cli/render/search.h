#pragma once
// What a search found, for the terminal: for each capability what takes it down, small sets first;
// several designs side by side.

#include <string>
#include <vector>

#include "chokepoint/v1/search.pb.h"
#include "cli/render/paint.h"

namespace chokepoint::cli {

std::string cuts(const std::vector<v1::SearchReport>& reports, Colour colour);

}  // namespace chokepoint::cli
