#pragma once
// What is asked of a measure, wherever it is asked.

#include <string>
#include <string_view>
#include <vector>

#include "chokepoint/v1/expectation.pb.h"

namespace chokepoint {

// capability, component, place or users; empty when none is named.
std::string_view scope_of(const v1::MeasureBound& bound);
std::string subject_of(const v1::MeasureBound& bound);

struct BoundMistake {
  std::string_view field;
  std::string message;
  std::string hint = {};
};

// A measure that there is not, bounds in another unit than the measure's, bounds that exclude each
// other. Says nothing of whether the scenario has the subject.
std::vector<BoundMistake> mistakes_of(const v1::MeasureBound& bound);

}  // namespace chokepoint
