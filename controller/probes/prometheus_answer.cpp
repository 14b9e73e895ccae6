#include "controller/probes/prometheus_answer.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <string>

#include "controller/probes/one_line.h"

namespace chokepoint::controller {
namespace {

using Json = nlohmann::json;

Error unreadable(std::string why) { return {.code = Code::unavailable, .message = std::move(why)}; }

// Null when there is none.
const Json* member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string text_in(const Json& object, const char* name) {
  const Json* const text = member(object, name);
  return text != nullptr && text->is_string() ? text->get<std::string>() : "";
}

// A pair of an instant and a number as text.
Result<double> value_of(const Json* sample) {
  if (sample == nullptr || !sample->is_array() || sample->size() != 2 ||
      !(*sample)[1].is_string()) {
    return unreadable("the answer is not one of Prometheus");
  }
  const auto& written = (*sample)[1].get_ref<const std::string&>();
  std::string_view text = written;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || text.empty()) {
    return unreadable("'" + one_line(written) + "' is no value");
  }
  return value;
}

}  // namespace

Result<double> first_value(std::string_view json) {
  const Json answer = Json::parse(json, nullptr, false);
  const std::string status = text_in(answer, "status");
  if (status == "error")
    return unreadable("prometheus says: " + one_line(text_in(answer, "error")));
  const Json* const data = member(answer, "data");
  const Json* const result = data == nullptr ? nullptr : member(*data, "result");
  if (status != "success" || result == nullptr || !result->is_array()) {
    return unreadable("the answer is not one of Prometheus");
  }
  const std::string type = text_in(*data, "resultType");
  if (type == "scalar") return value_of(result);
  if (type != "vector") {
    return unreadable("the query gives a " + one_line(type, 20) +
                      ", not one value for each series");
  }
  if (result->empty()) return Error{.code = Code::not_found, .message = "the query gives nothing"};
  return value_of(member(result->front(), "value"));
}

}  // namespace chokepoint::controller
