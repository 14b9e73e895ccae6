#include "cli/render/paint.h"

#include <fmt/format.h>

#include <algorithm>

namespace chokepoint::cli {
namespace {

// SGR parameters, ECMA-48 section 8.3.117. The eight basic colours follow the reader's own theme.
std::string_view sgr(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::strong:
      return "1";
    case Tone::dim:
      return "2";
    case Tone::good:
      return "32";
    case Tone::warning:
      return "33";
    case Tone::bad:
      return "31";
  }
  return "";
}

}  // namespace

std::string paint(std::string_view text, Tone tone, Colour colour) {
  if (colour == Colour::never || tone == Tone::plain || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", sgr(tone), text);
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string shortened(const std::string& name, std::size_t width) {
  if (name.size() <= width) return name;
  const std::size_t begin = name.size() - width + 1;
  const std::size_t slash = name.find('/', begin);
  return "…" + name.substr(slash == std::string::npos ? begin : slash);
}

}  // namespace chokepoint::cli
