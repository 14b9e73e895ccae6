#pragma once
// Who asked a controller for what, and whether they got it. Each entry carries a hash over itself
// and the one before, so that whoever changes or takes away one has to change all that follow.

#include <string>
#include <vector>

namespace chokepoint::controller {

struct AuditEntry {
  double at = 0;          // seconds since 1970
  std::string role = {};  // operator, observer, agent; empty when nobody knows
  std::string name = {};  // as in the certificate
  std::string from = {};  // address
  std::string call = {};  // Start, Attend, ...
  bool allowed = false;
  std::string detail = {};  // what it was about, or why it was refused
};

struct ChainedEntry {
  AuditEntry entry;
  std::string hash;
};

struct AuditTrail {
  std::vector<ChainedEntry> entries;
  // Whether every hash is what it has to be. What was cut off at the end does not show: note the
  // last hash elsewhere from time to time.
  bool is_whole = true;
};

// SHA-256, in hex, of the hash before ("" for the first entry) and the entry.
std::string hash_of(const std::string& before, const AuditEntry& entry);

// One JSON object a line, oldest first.
std::string jsonl_of(const AuditTrail& trail);

}  // namespace chokepoint::controller
