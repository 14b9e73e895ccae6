#include "scenarios/loader/digest.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <cstdint>

namespace chokepoint {
namespace {

// http://www.isthe.com/chongo/tech/comp/fnv/
std::uint64_t fnv1a(const std::string& bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char byte : bytes) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001b3U;
  }
  return hash;
}

// Maps in order of their keys, whatever order they have in memory.
std::string deterministic_bytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace

std::string digest_of(const v1::Scenario& scenario) {
  if (scenario.variants().empty())
    return fmt::format("{:016x}", fnv1a(deterministic_bytes(scenario)));
  v1::Scenario alone = scenario;
  alone.clear_variants();
  return fmt::format("{:016x}", fnv1a(deterministic_bytes(alone)));
}

std::string digest_of(const v1::Sweep& sweep, const std::string& scenario_text) {
  v1::Sweep alone = sweep;
  alone.set_scenario(scenario_text);
  return fmt::format("{:016x}", fnv1a(deterministic_bytes(alone)));
}

}  // namespace chokepoint
