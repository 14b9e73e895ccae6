#pragma once
// The picture of a run: a standalone SVG for a README or a slide.

#include <string>

#include "chokepoint/v1/record.pb.h"

namespace chokepoint::cli {

// Swimlanes for every capability, for what opens in stages, and for the components and places that
// were not up throughout; marks for faults, bars for the steps of operators, one axis in UTC and
// one from the start. No script, no font and no address besides the reader's own; follows the
// reader's light or dark theme. Equal records give equal bytes.
std::string svg(const v1::RunRecord& record);

}  // namespace chokepoint::cli
