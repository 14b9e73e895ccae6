#include "scenarios/loader/text_file.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "scenarios/loader/document.h"

namespace chokepoint {
namespace {

Error unreadable(const std::filesystem::path& path, Code code, std::string message) {
  return {.code = code, .message = std::move(message), .where = Span{.file = path.string()}};
}

}  // namespace

Result<std::string> read_text_file(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return unreadable(path, Code::not_found, "no such file");
  }
  if (std::filesystem::is_directory(status)) {
    return unreadable(path, Code::unavailable, "is a folder, not a file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return unreadable(path, Code::unavailable,
                      fmt::format("cannot be read: {}", std::strerror(errno)));
  }
  std::string text;
  std::array<char, 65536> piece;
  while (file && text.size() <= kMaxBytes) {
    file.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) return unreadable(path, Code::unavailable, "cannot be read");
  return text;
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

}  // namespace chokepoint
