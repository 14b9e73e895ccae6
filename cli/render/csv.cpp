#include "cli/render/csv.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace chokepoint::cli {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + "\"";
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

}  // namespace

std::string series_csv(const v1::RunRecord& record) {
  std::string text = "t_s,scope,subject,metric,value\n";
  const double step_s = record.samples().step_s();
  for (const v1::Column& column : record.samples().columns()) {
    const std::string who = fmt::format("{},{},{}", quoted(column.scope()),
                                        quoted(column.subject()), quoted(column.metric()));
    for (int i = 0; i < column.values_size(); ++i) {
      fmt::format_to(std::back_inserter(text), "{},{},{}\n", number(i * step_s), who,
                     number(column.values(i)));
    }
  }
  return text;
}

std::string intervals_csv(const v1::RunRecord& record) {
  std::string text = "from_s,to_s,scope,subject,state,cause\n";
  for (const v1::Interval& interval : record.intervals()) {
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{}\n", number(interval.from_s()),
                   number(interval.to_s()), quoted(interval.scope()), quoted(interval.subject()),
                   quoted(interval.state()), quoted(interval.cause()));
  }
  return text;
}

}  // namespace chokepoint::cli
