# Warnings are errors in our own code; generated and third-party code is compiled as it is.
add_library(chokepoint_warnings INTERFACE)
add_library(chokepoint::warnings ALIAS chokepoint_warnings)
target_compile_options(chokepoint_warnings INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wswitch -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms of GCC 12 at -O2 and above: "x" + std::string (gcc.gnu.org/PR105651), and
  # temporaries with strings inside (PR105562).
  target_compile_options(chokepoint_warnings INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()

if(CMAKE_UNITY_BUILD)
  # Says of every unnamed namespace in an included file that it might be included twice.
  target_compile_options(chokepoint_warnings INTERFACE -Wno-subobject-linkage)
endif()

if(CHOKEPOINT_SANITIZE)
  add_compile_options(-fsanitize=${CHOKEPOINT_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CHOKEPOINT_SANITIZE})
endif()
if(CHOKEPOINT_SANITIZE STREQUAL thread)
  add_compile_options(-include ${PROJECT_SOURCE_DIR}/cmake/tsan_protobuf.h)
  # SimGrid's headers count references with a fence, which TSan cannot follow; GCC says so.
  target_compile_options(chokepoint_warnings INTERFACE -Wno-tsan)
endif()
