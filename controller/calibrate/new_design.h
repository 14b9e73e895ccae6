#pragma once
// The variant that holds what a calibration found.

#include <string>
#include <vector>

#include "controller/calibrate/calibrate.h"
#include "scenarios/loader/new_variant.h"

namespace chokepoint::controller {

struct NewDesign {
  const Calibrated& calibrated;
  const Calibrating& calibrating;
  std::string name;  // of the new variant
  std::string of;    // the design that it is a copy of; "" for the base
  const Runs& runs;  // of that design, with the best values
  std::size_t design =
      0;  // its number among those of the records; another one if no record is of it
};

// The values that were found; an expectation for each capability's outage, from the least to the
// most of what was simulated and seen; and the expectations of the design itself, which now rest
// on calibration where they hold in every run, and are left out, with a comment, where they do not.
// The comment says which game days it was calibrated on.
NewVariant variant_of(const NewDesign& made);

}  // namespace chokepoint::controller
