#pragma once
// Feeds arbitrary bytes to what an agent and its proxy read from outside. The first byte says
// which: j(ournal), c(onfiguration), f(ault), d(ns), r(pc), b(loat).

#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

#include "agents/bloat/room.h"
#include "agents/journal/journal.h"
#include "agents/local/check_config.h"
#include "agents/proxy/dns.h"
#include "agents/proxy/json_rpc.h"
#include "chokepoint/v1/agent.pb.h"
#include "scenarios/loader/load_message.h"

namespace chokepoint::agents {

inline void parse_journal(std::string_view bytes) {
  static const std::filesystem::path folder = [] {
    std::string name = (std::filesystem::temp_directory_path() / "chokepoint-fuzz-XXXXXX").string();
    return std::filesystem::path(::mkdtemp(name.data()) == nullptr ? "/nowhere" : name);
  }();
  std::ofstream(folder / "journal", std::ios::binary) << bytes;
  Result<Journal> journal = Journal::open(folder);
  if (!journal) return;
  (void)journal->open_faults();
  (void)journal->append({});
  const auto after = journal->open_faults();
  if (!after) std::abort();  // whatever stood there, it can be gone on with
}

inline void parse_dns(std::string_view bytes) {
  const std::span octets(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  (void)proxy::read_answer(octets);
  const auto question = proxy::read_question(octets);
  if (!question) return;
  if (question->end > bytes.size()) std::abort();
  const proxy::Octets answer = proxy::answer_to(octets, *question, "wrong", "192.0.2.1");
  if (!proxy::read_answer(answer)) std::abort();
}

inline void parse_rpc(std::string_view bytes) {
  const std::size_t half = bytes.find('\n');
  const std::string_view request = bytes.substr(0, half);
  const std::string_view answer = half == std::string_view::npos ? "" : bytes.substr(half + 1);
  const auto told = proxy::with_result(request, answer, "balance", "0");
  if (told && !proxy::calls(request, "balance")) std::abort();
}

inline void parse_bloat(std::string_view bytes) {
  constexpr double kLargest = 1e6;
  for (const char* const format : {"lines", "nginx-map", "csv", "ini", "yaml", "json"}) {
    v1::ConfigBloat fault;
    fault.set_format(format);
    const Result<Room> room = room_in(std::string(bytes), fault);
    if (room) (void)room->filled(3, kLargest);
  }
}

inline void parse_bytes(std::string_view bytes) {
  if (bytes.empty()) return;
  const char which = bytes.front();
  bytes.remove_prefix(1);
  if (which == 'j') parse_journal(bytes);
  if (which == 'd') parse_dns(bytes);
  if (which == 'r') parse_rpc(bytes);
  if (which == 'b') parse_bloat(bytes);
  if (which == 'c') {
    v1::AgentConfig config;
    if (load_message_text(bytes, "agent.yaml", config, "").empty()) (void)check_config(config);
  }
  if (which == 'f') {
    v1::PrimitiveFault fault;
    (void)load_message_text(bytes, "fault.yaml", fault, "");
  }
}

}  // namespace chokepoint::agents
