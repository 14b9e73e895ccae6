#include "agents/system/resident.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace chokepoint::agents {
namespace {

struct Mapping {
  std::uintptr_t from = 0;
  std::size_t size = 0;
};

// "7f10c000-7f10f000 r-xp 00001000 fe:00 1234   /usr/lib/libssl.so.3"
bool read_header(const std::string& line, Mapping& mapping) {
  std::uintptr_t from = 0;
  std::uintptr_t to = 0;
  char rights[5] = {};
  if (std::sscanf(line.c_str(), "%zx-%zx %4s", &from, &to, rights) != 3) return false;
  mapping = {.from = from, .size = to - from};
  return true;
}

}  // namespace

bool is_as_on_disk(std::string_view entry) {
  const std::string_view header = entry.substr(0, entry.find('\n'));
  const std::size_t rights = header.find(' ') + 1;
  const bool is_private_and_constant = rights > 0 && header.size() > rights + 3 &&
                                       header[rights + 1] == '-' && header[rights + 3] == 'p';
  if (!is_private_and_constant || header.find(" /") == std::string_view::npos) return false;
  const std::size_t anonymous = entry.find("\nAnonymous:");
  if (anonymous == std::string_view::npos) return false;
  const std::string_view line =
      entry.substr(anonymous + 1, entry.find('\n', anonymous + 1) - anonymous - 1);
  return line.find_first_of("123456789") == std::string_view::npos;
}

std::size_t give_back_start_up_pages() {
  std::ifstream maps("/proc/self/smaps");
  std::vector<Mapping> found;
  Mapping mapping;
  std::string entry;
  const auto take = [&] {
    if (!entry.empty() && is_as_on_disk(entry)) found.push_back(mapping);
  };
  for (std::string line; std::getline(maps, line);) {
    Mapping next;
    if (read_header(line, next)) {
      take();
      mapping = next;
      entry.clear();
    }
    entry += line + "\n";
  }
  take();
  std::size_t all = 0;
  for (const Mapping& one : found) {
    void* const at = reinterpret_cast<void*>(one.from);  // NOLINT(performance-no-int-to-ptr)
    if (::madvise(at, one.size, MADV_DONTNEED) == 0) all += one.size;
  }
  return all;
}

}  // namespace chokepoint::agents
