#include "agents/proxy/json_rpc.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

namespace chokepoint::proxy {
namespace {

using Json = nlohmann::ordered_json;

// Null for what cannot be read.
Json parse(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json() : json;
}

bool is_call(const Json& call, std::string_view method) {
  return call.is_object() && call.contains("method") && call["method"].is_string() &&
         call["method"].get_ref<const std::string&>() == method && call.contains("id");
}

std::vector<Json> ids_of(const Json& request, std::string_view method) {
  std::vector<Json> ids;
  if (is_call(request, method)) ids.push_back(request["id"]);
  if (request.is_array()) {
    for (const Json& call : request) {
      if (is_call(call, method)) ids.push_back(call["id"]);
    }
  }
  return ids;
}

bool answers_one_of(const Json& answer, const std::vector<Json>& ids) {
  return answer.is_object() && answer.contains("id") &&
         std::find(ids.begin(), ids.end(), answer["id"]) != ids.end();
}

}  // namespace

bool calls(std::string_view request, std::string_view method) {
  return !ids_of(parse(request), method).empty();
}

std::optional<std::string> with_result(std::string_view request, std::string_view answer,
                                       std::string_view method, std::string_view result) {
  const std::vector<Json> ids = ids_of(parse(request), method);
  Json told = parse(answer);
  const Json wrong = parse(result);
  bool is_changed = false;
  const auto change = [&](Json& one) {
    if (!answers_one_of(one, ids)) return;
    one.erase("error");
    one["result"] = wrong;
    is_changed = true;
  };
  if (told.is_array()) {
    for (Json& one : told) change(one);
  } else {
    change(told);
  }
  if (!is_changed) return std::nullopt;
  return told.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace chokepoint::proxy
