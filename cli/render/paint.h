#pragma once
// Colours of the terminal. Every rendering takes a Colour and gives the same text with and without.

#include <cstddef>
#include <string>
#include <string_view>

namespace chokepoint::cli {

enum class Colour { never, always };

// What a piece of text means to its reader.
enum class Tone { plain, strong, dim, good, warning, bad };

std::string paint(std::string_view text, Tone tone, Colour colour);

// Columns that a UTF-8 text takes on a terminal; each code point counts as one.
std::size_t width_of(std::string_view text);

// A name in at most `width` columns. Of a path that is longer the end is kept: it says more.
std::string shortened(const std::string& name, std::size_t width);

// No line of a rendering is wider.
inline constexpr std::size_t kLineWidth = 100;

}  // namespace chokepoint::cli
