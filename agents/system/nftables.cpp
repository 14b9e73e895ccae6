#include "agents/system/nftables.h"

#include <fmt/format.h>

extern "C" {
#include <nftables/libnftables.h>
}

#include "agents/system/step.h"

namespace chokepoint::agents {
namespace {

// The library gives no numbers, only text.
Error from_text(const std::string& text) {
  const std::string first = text.substr(0, text.find('\n'));
  Code code = Code::unavailable;
  std::string hint;
  if (text.find("Operation not permitted") != std::string::npos) {
    code = Code::denied;
    hint = "packet filters need CAP_NET_ADMIN in this network namespace";
  } else if (text.find("No such file or directory") != std::string::npos) {
    code = Code::not_found;
  }
  return {.code = code, .message = "packet filter: " + first, .hint = hint};
}

}  // namespace

Nftables::Nftables() : context_(nft_ctx_new(NFT_CTX_DEFAULT)) {
  nft_ctx_buffer_output(context_);
  nft_ctx_buffer_error(context_);
}

Nftables::~Nftables() { nft_ctx_free(context_); }

Status Nftables::run(const std::string& commands) {
  step("packet filter: change");
  if (nft_run_cmd_from_buffer(context_, commands.c_str()) != 0) {
    return from_text(nft_ctx_get_error_buffer(context_));
  }
  step("packet filter: changed");
  return Ok{};
}

Result<std::optional<std::string>> Nftables::list(const std::string& command) {
  if (nft_run_cmd_from_buffer(context_, command.c_str()) == 0) {
    return std::optional<std::string>(nft_ctx_get_output_buffer(context_));
  }
  const Error error = from_text(nft_ctx_get_error_buffer(context_));
  if (error.code == Code::not_found) return std::optional<std::string>();
  return error;
}

Result<std::optional<std::string>> Nftables::list_table(std::string_view family,
                                                        const std::string& name) {
  return list(fmt::format("list table {} {}", family, name));
}

Result<std::optional<std::string>> Nftables::list_set(std::string_view family,
                                                      const std::string& table,
                                                      const std::string& set) {
  return list(fmt::format("list set {} {} {}", family, table, set));
}

Result<std::string> Nftables::list_tables() {
  const Result<std::optional<std::string>> tables = list("list tables");
  if (!tables) return tables.error();
  return tables->value_or("");
}

}  // namespace chokepoint::agents
