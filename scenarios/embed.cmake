# cmake -DINPUT=... -DOUTPUT=... -DFUNCTION=... -P embed.cmake: writes a source file whose function
# std::string_view chokepoint::FUNCTION() returns the bytes of the input.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
file(WRITE ${OUTPUT} "// Made from ${INPUT}.
#include <string_view>

namespace chokepoint {

std::string_view ${FUNCTION}();

std::string_view ${FUNCTION}() {
  static constexpr char bytes[] = {${bytes}};
  return {bytes, sizeof bytes};
}

}  // namespace chokepoint
")
