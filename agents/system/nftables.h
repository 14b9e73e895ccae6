#pragma once
// The kernel's packet filter, through libnftables in this process and network namespace.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "scenarios/base/result.h"

struct nft_ctx;

namespace chokepoint::agents {

class Nftables {
 public:
  Nftables();
  ~Nftables();
  Nftables(const Nftables&) = delete;
  Nftables& operator=(const Nftables&) = delete;

  // Runs all commands of the text as one transaction: all of them take effect or none. Errors:
  // denied, not_found (a table, a device), unavailable; with what the library said.
  Status run(const std::string& commands);

  // What `list table netdev NAME` prints; nothing when there is no such table.
  Result<std::optional<std::string>> list_table(const std::string& name);
  // What `list ruleset` prints: everybody's rules.
  Result<std::string> list_all();

 private:
  nft_ctx* context_;
};

}  // namespace chokepoint::agents
