#pragma once
// CRC-32 (the one of zlib and Ethernet) for records, SHA-256 for contents of files.

#include <cstdint>
#include <string>
#include <string_view>

namespace chokepoint::agents {

std::uint32_t crc_of(std::string_view bytes);

// 64 hexadecimal digits.
std::string content_hash(std::string_view bytes);

}  // namespace chokepoint::agents
