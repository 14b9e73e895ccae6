#pragma once
// What operators did, as bars in the picture of a run.

#include "chokepoint/v1/record.pb.h"
#include "cli/render/svg_canvas.h"
#include "cli/render/svg_layout.h"

namespace chokepoint::cli {

// Draws a group of bars from `top` downwards, the teams one below the other, each with as many rows
// as its steps need. Returns where it ends; `top` when nobody did anything.
double draw_steps(SvgCanvas& canvas, const v1::RunRecord& record, const TimeScale& scale,
                  double top);

}  // namespace chokepoint::cli
