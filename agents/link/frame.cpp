#include "agents/link/frame.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>

namespace chokepoint::agents {
namespace {

constexpr std::uint32_t kLongest = 1U << 20U;

bool read_all(int pipe, char* to, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::read(pipe, to, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

bool write_frame(int pipe, const google::protobuf::Message& message) {
  const auto length = static_cast<std::uint32_t>(message.ByteSizeLong());
  std::string frame(sizeof length, '\0');
  std::memcpy(frame.data(), &length, sizeof length);
  frame += message.SerializeAsString();
  std::string_view rest = frame;
  while (!rest.empty()) {
    const ssize_t written = ::write(pipe, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool read_frame(int pipe, google::protobuf::Message& message) {
  std::uint32_t length = 0;
  if (!read_all(pipe, reinterpret_cast<char*>(&length), sizeof length) || length > kLongest) {
    return false;
  }
  std::string bytes(length, '\0');
  return read_all(pipe, bytes.data(), bytes.size()) && message.ParseFromString(bytes);
}

}  // namespace chokepoint::agents
