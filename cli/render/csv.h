#pragma once
// Tables of a record as CSV (RFC 4180 with bare newlines): a header, then one row a line. Numbers
// are written with the fewest digits that read back as the same number, so equal records give equal
// bytes. What is absent is an empty cell.

#include <string>

#include "chokepoint/v1/record.pb.h"

namespace chokepoint::cli {

// t_s,scope,subject,metric,value: the samples, one value a row; t_s is the start of the sample.
std::string series_csv(const v1::RunRecord& record);

// from_s,to_s,scope,subject,state,cause: the intervals, in the order of the record.
std::string intervals_csv(const v1::RunRecord& record);

}  // namespace chokepoint::cli
