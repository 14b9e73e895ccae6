#include <fmt/format.h>

#include "sim/in_children.h"
#include "sim/run.h"

namespace chokepoint::sim {
namespace {

Error failure(const Job& job, const std::string& what) {
  return {.code = Code::unavailable,
          .message = fmt::format("the run of '{}' with seed {} {}", job.scenario.scenario(),
                                 job.options.seed, what),
          .hint = "run this seed alone to see what it printed"};
}

Result<v1::RunRecord> record_of(const Job& job, const Result<std::string>& bytes) {
  if (!bytes) return failure(job, bytes.error().message);
  v1::RunRecord record;
  if (!record.ParseFromString(*bytes)) return failure(job, "left no readable record");
  return record;
}

}  // namespace

std::vector<Result<v1::RunRecord>> run_forked(const std::vector<Job>& jobs, unsigned workers) {
  std::vector<Result<v1::RunRecord>> records;
  const auto work = [&](std::size_t index) {
    RunOptions options = jobs[index].options;
    options.progress = nullptr;
    return run(jobs[index].scenario, options).SerializeAsString();
  };
  in_children(jobs.size(), workers, work, [&](std::size_t index, const Result<std::string>& bytes) {
    records.push_back(record_of(jobs[index], bytes));
    return true;
  });
  return records;
}

}  // namespace chokepoint::sim
