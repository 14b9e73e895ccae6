#include "controller/store/audit.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "controller/plan/sha256.h"

namespace chokepoint::controller {
namespace {

nlohmann::ordered_json json_of(const AuditEntry& entry) {
  return {{"at", entry.at},        {"role", entry.role}, {"name", entry.name},
          {"from", entry.from},    {"call", entry.call}, {"allowed", entry.allowed},
          {"detail", entry.detail}};
}

std::string text_of(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string hash_of(const std::string& before, const AuditEntry& entry) {
  return sha256(before + text_of(json_of(entry)));
}

std::string jsonl_of(const AuditTrail& trail) {
  std::string lines;
  for (const ChainedEntry& one : trail.entries) {
    nlohmann::ordered_json json = json_of(one.entry);
    json["hash"] = one.hash;
    lines += text_of(json) + "\n";
  }
  return lines;
}

}  // namespace chokepoint::controller
