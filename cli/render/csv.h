#pragma once
// Tables of a record as CSV (RFC 4180 with bare newlines): a header, then one row a line. Numbers
// are written with the fewest digits that read back as the same number, so equal records give equal
// bytes. What is absent is an empty cell.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "chokepoint/v1/record.pb.h"
#include "chokepoint/v1/sweep.pb.h"

namespace chokepoint::cli {

// t_s,scope,subject,metric,value: the samples, one value a row; t_s is the start of the sample.
std::string series_csv(const v1::RunRecord& record);

// from_s,to_s,scope,subject,state,cause: the intervals, in the order of the record.
std::string intervals_csv(const v1::RunRecord& record);

// Of a sweep, a line for each run: variant, the axes, seed, what was drawn (as written), every
// measure as scope.subject.name in base units, every expectation as expect.name (1 held, 0
// deviated), fingerprint, error. What a run does not have is empty. `share` says how far through
// its range a seed's value stands.
std::string sweep_csv(const v1::Sweep& sweep, const std::vector<v1::SweepShard>& shards,
                      const std::function<double(std::uint64_t, const std::string&)>& share);

}  // namespace chokepoint::cli
