#pragma once
// The kernel's packet filter, through libnftables in this process and network namespace.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/base/result.h"

struct nft_ctx;

namespace chokepoint::agents {

// Families of tables: what hosts send and take, and what an interface does.
inline constexpr std::string_view kInet = "inet";
inline constexpr std::string_view kNetdev = "netdev";

class Nftables {
 public:
  Nftables();
  ~Nftables();
  Nftables(const Nftables&) = delete;
  Nftables& operator=(const Nftables&) = delete;

  // Runs all commands of the text as one transaction: all of them take effect or none. Errors:
  // denied, not_found (a table, a device), unavailable; with what the library said.
  Status run(const std::string& commands);

  // What `list table FAMILY NAME` prints; nothing when there is no such table.
  Result<std::optional<std::string>> list_table(std::string_view family, const std::string& name);
  // The same for one set of a table. Reads no rules, of which the library cannot print some.
  Result<std::optional<std::string>> list_set(std::string_view family, const std::string& table,
                                              const std::string& set);
  // A line for each table there is: "table inet filter".
  Result<std::string> list_tables();

 private:
  Result<std::optional<std::string>> list(const std::string& command);

  nft_ctx* context_;
};

}  // namespace chokepoint::agents
