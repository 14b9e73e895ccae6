#pragma once
// What document.cpp asks of the raw text: how long a value is, and why a text cannot be parsed.

#include <optional>
#include <string>

#include "scenarios/loader/problems.h"
#include "scenarios/loader/source.h"

namespace chokepoint {

// The scalar that was read as `value` from `offset` on, anchors and tags in front of it left out;
// up to the end of its first line.
Position position_of_scalar(const Source& source, std::size_t offset, const std::string& value);

// Whether a scalar that begins with a quote there also ends with one: yaml-cpp does not mind.
bool is_closed(const Position& scalar);

// From `offset` to the next blank.
Position position_of_token(const Source& source, std::size_t offset);

// Why the text is not fit to be parsed at all: too large, not UTF-8, control characters.
std::optional<Problem> problem_of_text(const Source& source);

// The parser's complaint at `offset` (negative: unknown) in our words.
Problem problem_of_syntax(const Source& source, int offset, const std::string& complaint);

}  // namespace chokepoint
