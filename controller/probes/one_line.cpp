#include "controller/probes/one_line.h"

#include <cstdint>

namespace chokepoint::controller {
namespace {

// Length of the well-formed character in front, control characters of both kinds excluded; else 0.
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const std::uint8_t first = byte(0);
  if (first < 0x80U) return first > 0x20U && first != 0x7FU ? 1 : 0;
  if (first < 0xC2U) return 0;
  if (first < 0xE0U) return follows(1) && !(first == 0xC2U && byte(1) < 0xA0U) ? 2 : 0;
  if (first < 0xF0U) {
    const bool is_overlong = first == 0xE0U && byte(1) < 0xA0U;
    const bool is_surrogate = first == 0xEDU && byte(1) >= 0xA0U;
    const bool is_separator = first == 0xE2U && byte(1) == 0x80U && (byte(2) & 0xFEU) == 0xA8U;
    return follows(1) && follows(2) && !is_overlong && !is_surrogate && !is_separator ? 3 : 0;
  }
  if (first > 0xF4U) return 0;
  const bool is_overlong = first == 0xF0U && byte(1) < 0x90U;
  const bool is_beyond = first == 0xF4U && byte(1) >= 0x90U;
  return follows(1) && follows(2) && follows(3) && !is_overlong && !is_beyond ? 4 : 0;
}

}  // namespace

std::string one_line(std::string_view text, std::size_t longest) {
  constexpr std::string_view kCut = "...";
  std::string line;
  std::size_t fits = 0;  // of `line`, with kCut after it
  bool is_gap = false;
  while (!text.empty()) {
    const std::size_t length = character(text);
    if (length == 0) {
      is_gap = true;
      text.remove_prefix(1);
      continue;
    }
    const bool needs_space = is_gap && !line.empty();
    if (line.size() + (needs_space ? 1 : 0) + length > longest) {
      line.resize(fits);
      return line.append(kCut);
    }
    if (needs_space) line.push_back(' ');
    is_gap = false;
    line.append(text.substr(0, length));
    text.remove_prefix(length);
    if (line.size() + kCut.size() <= longest) fits = line.size();
  }
  return line;
}

}  // namespace chokepoint::controller
