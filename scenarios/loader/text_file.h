#pragma once
// Reads a file that people wrote.

#include <filesystem>
#include <string>
#include <string_view>

#include "scenarios/base/result.h"

namespace chokepoint {

// The whole text; of a file larger than kMaxBytes (document.h) a byte more than
// that, so that it is refused for its size later. Errors: not_found, unavailable (a folder, no
// right to read).
Result<std::string> read_text_file(const std::filesystem::path& path);

std::string_view without_byte_order_mark(std::string_view text);

}  // namespace chokepoint
