#pragma once
// Messages of the domain name system (RFC 1035, section 4), as far as a lie about a name needs
// them.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chokepoint::proxy {

using Octets = std::vector<std::uint8_t>;

struct Question {
  std::string name;  // lower case, without the dot at the end
  std::uint16_t type = 0;
  std::size_t end = 0;  // where it ends in the message
};

constexpr std::uint16_t kTypeA = 1;
constexpr std::uint16_t kTypeAaaa = 28;

// What a query asks: exactly one question of the class IN, names uncompressed. Nothing for anything
// else.
std::optional<Question> read_question(std::span<const std::uint8_t> message);

// Whether the name is one of those or stands below one; all names for an empty list.
bool is_among(std::string_view name, const std::vector<std::string>& names);

// An answer to the query that `question` was read from. fail: SERVFAIL; none: NXDOMAIN; empty: no
// records; wrong: `address` when it has the type asked for, otherwise no records.
Octets answer_to(std::span<const std::uint8_t> query, const Question& question,
                 std::string_view answer, const std::string& address);

// A query for the addresses (IPv4) of a name.
Octets query_for(std::uint16_t id, std::string_view name);

// The code of an answer and its first IPv4 address, if it has one; nothing for what is no answer.
struct Told {
  std::uint16_t id = 0;
  unsigned code = 0;
  std::optional<std::string> address;
};
std::optional<Told> read_answer(std::span<const std::uint8_t> message);

}  // namespace chokepoint::proxy
