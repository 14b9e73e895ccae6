#pragma once
// Records made by hand, so that renderings are tested without a simulator.

#include <cstdint>
#include <string>

#include "chokepoint/v1/record.pb.h"

namespace chokepoint::cli::testing {

// Adds to a record, one line a thing.
class RecordBuilder {
 public:
  // Starts 2026-05-07T23:20:00Z, outcome held, seed 1.
  RecordBuilder(const std::string& scenario, double horizon_s);

  RecordBuilder& interval(const std::string& scope, const std::string& subject, double from_s,
                          double to_s, const std::string& state, const std::string& cause = "");
  RecordBuilder& event(double at_s, v1::EventKind kind, const std::string& subject,
                       const std::string& text, const std::string& cause = "");
  // Hits `count` racks or members of `owner`, the first at `from_s`, the last at `to_s`.
  RecordBuilder& inject(v1::Primitive primitive, const std::string& owner, int count, double from_s,
                        double to_s, const std::string& fault);
  RecordBuilder& measure(const std::string& scope, const std::string& subject,
                         const std::string& name, double value, v1::Unit unit);
  RecordBuilder& verdict(const std::string& name, v1::Basis basis, const std::string& expected,
                         const std::string& observed, const std::string& grade);
  // The last verdict deviated, and with it the run.
  RecordBuilder& but_deviated();
  RecordBuilder& column(const std::string& scope, const std::string& subject,
                        const std::string& metric, std::initializer_list<double> values);

  v1::RunRecord record;
};

// Two quorum members too many on one hall's racks: an outage of eight hours in stages.
v1::RunRecord hall_outage();

// One hour in which nothing happens.
v1::RunRecord quiet_hour();

// A capability that goes up and down `times` times within an hour.
v1::RunRecord flapping(int times);

}  // namespace chokepoint::cli::testing
