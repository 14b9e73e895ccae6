#include "scenarios/base/nearest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace chokepoint {
namespace {

constexpr std::size_t kLongestName = 100;  // longer ones are no slips of the pen
constexpr std::size_t kLongestList = 16;   // more names than that do not fit a hint

// Optimal string alignment distance, three rows of the table at a time.
std::size_t slips_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, above[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
  if (name.empty() || name.size() > kLongestName) return {};
  std::size_t allowed = std::max<std::size_t>(1, name.size() / 3);
  std::string best;
  for (const std::string& candidate : known) {
    const std::size_t longer = std::max(candidate.size(), name.size());
    const std::size_t shorter = std::min(candidate.size(), name.size());
    if (longer - shorter > allowed) continue;
    const std::size_t slips = slips_between(name, candidate);
    if (slips > allowed || slips == 0 || slips >= longer) continue;
    best = candidate;
    if (slips == 1) break;
    allowed = slips - 1;
  }
  return best;
}

std::string hint_for_unknown(std::string_view name, const std::vector<std::string>& known,
                             std::string_view what) {
  if (const std::string meant = nearest(name, known); !meant.empty()) {
    return fmt::format("did you mean '{}'?", meant);
  }
  if (known.empty() || known.size() > kLongestList) return {};
  return fmt::format("{}: {}", what, fmt::join(known, ", "));
}

}  // namespace chokepoint
