#include "agents/proxy/dns.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace chokepoint::proxy {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kLongestName = 255;
constexpr std::uint16_t kClassIn = 1;
constexpr std::uint16_t kIsAnswer = 0x8000;
constexpr std::uint16_t kOperation = 0x7800;
constexpr std::uint16_t kRecursionDesired = 0x0100;
constexpr std::uint16_t kRecursionAvailable = 0x0080;
constexpr unsigned kServerFailure = 2;
constexpr unsigned kNoSuchName = 3;
constexpr std::uint16_t kSecondsToLive = 1;
constexpr std::uint16_t kNone = 0;  // of questions or records
constexpr std::uint16_t kOne = 1;

std::uint16_t number_at(std::span<const std::uint8_t> message, std::size_t at) {
  return static_cast<std::uint16_t>(message[at] << 8U | message[at + 1]);
}

void put(Octets& message, std::uint16_t number) {
  message.push_back(static_cast<std::uint8_t>(number >> 8U));
  message.push_back(static_cast<std::uint8_t>(number & 0xffU));
}

// Behind the name that begins at `at`, which may end in a reference; nothing when it is cut off.
std::optional<std::size_t> skip_name(std::span<const std::uint8_t> message, std::size_t at) {
  while (at < message.size()) {
    const std::size_t length = message[at];
    if (length == 0) return at + 1;
    if ((length & 0xc0U) == 0xc0U) return at + 2;
    at += 1 + length;
  }
  return std::nullopt;
}

Octets address_octets(const std::string& address, std::uint16_t type) {
  std::array<std::uint8_t, 16> octets{};
  const bool is_v4 = ::inet_pton(AF_INET, address.c_str(), octets.data()) == 1;
  if (is_v4 && type == kTypeA) return {octets.begin(), octets.begin() + 4};
  const bool is_v6 = !is_v4 && ::inet_pton(AF_INET6, address.c_str(), octets.data()) == 1;
  if (is_v6 && type == kTypeAaaa) return {octets.begin(), octets.end()};
  return {};
}

}  // namespace

std::optional<Question> read_question(std::span<const std::uint8_t> message) {
  if (message.size() < kHeader) return std::nullopt;
  if ((number_at(message, 2) & (kIsAnswer | kOperation)) != 0) return std::nullopt;
  if (number_at(message, 4) != 1) return std::nullopt;
  Question question;
  std::size_t at = kHeader;
  while (true) {
    if (at >= message.size()) return std::nullopt;
    const std::size_t length = message[at++];
    if (length == 0) break;
    if (length > 63 || length > message.size() - at) return std::nullopt;
    if (!question.name.empty()) question.name += '.';
    for (std::size_t i = 0; i < length; ++i) {
      question.name += static_cast<char>(std::tolower(message[at + i]));
    }
    if (question.name.size() > kLongestName) return std::nullopt;
    at += length;
  }
  if (message.size() - at < 4 || number_at(message, at + 2) != kClassIn) return std::nullopt;
  question.type = number_at(message, at);
  question.end = at + 4;
  return question;
}

bool is_among(std::string_view name, const std::vector<std::string>& names) {
  if (names.empty()) return true;
  return std::any_of(names.begin(), names.end(), [&](const std::string& wanted) {
    if (!name.ends_with(wanted)) return false;
    return name.size() == wanted.size() || name[name.size() - wanted.size() - 1] == '.';
  });
}

Octets answer_to(std::span<const std::uint8_t> query, const Question& question,
                 std::string_view answer, const std::string& address) {
  const Octets record = answer == "wrong" ? address_octets(address, question.type) : Octets{};
  const unsigned code = answer == "fail" ? kServerFailure : answer == "none" ? kNoSuchName : 0;
  Octets message;
  put(message, number_at(query, 0));
  put(message, static_cast<std::uint16_t>(kIsAnswer | kRecursionAvailable |
                                          (number_at(query, 2) & kRecursionDesired) | code));
  const std::uint16_t records = record.empty() ? 0 : 1;
  for (const std::uint16_t count : {kOne, records, kNone, kNone}) put(message, count);
  message.insert(message.end(), query.begin() + kHeader,
                 query.begin() + static_cast<std::ptrdiff_t>(question.end));
  if (record.empty()) return message;
  put(message, 0xc000U | kHeader);  // the name of the question
  put(message, question.type);
  put(message, kClassIn);
  put(message, 0);
  put(message, kSecondsToLive);
  put(message, static_cast<std::uint16_t>(record.size()));
  message.insert(message.end(), record.begin(), record.end());
  return message;
}

Octets query_for(std::uint16_t id, std::string_view name) {
  Octets message;
  put(message, id);
  put(message, kRecursionDesired);
  for (const std::uint16_t count : {kOne, kNone, kNone, kNone}) put(message, count);
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    message.push_back(static_cast<std::uint8_t>(label.size()));
    message.insert(message.end(), label.begin(), label.end());
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  message.push_back(0);
  put(message, kTypeA);
  put(message, kClassIn);
  return message;
}

std::optional<Told> read_answer(std::span<const std::uint8_t> message) {
  if (message.size() < kHeader || (number_at(message, 2) & kIsAnswer) == 0) return std::nullopt;
  Told told{.id = number_at(message, 0), .code = number_at(message, 2) & 0xfU, .address = {}};
  std::optional<std::size_t> at = kHeader;
  for (int i = number_at(message, 4); i > 0 && at; --i) {
    at = skip_name(message, *at);
    if (at) *at += 4;
  }
  for (int i = number_at(message, 6); i > 0 && at; --i) {
    at = skip_name(message, *at);
    if (!at || *at > message.size() || message.size() - *at < 10) return told;
    const std::uint16_t type = number_at(message, *at);
    const std::size_t length = number_at(message, *at + 8);
    *at += 10;
    if (length > message.size() - *at) return told;
    if (type == kTypeA && length == 4) {
      std::array<char, INET_ADDRSTRLEN> text{};
      ::inet_ntop(AF_INET, message.data() + *at, text.data(), text.size());
      told.address = text.data();
      return told;
    }
    *at += length;
  }
  return told;
}

}  // namespace chokepoint::proxy
