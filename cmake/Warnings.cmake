# Warnings are errors in our own code; generated and third-party code is compiled as it is.
add_library(chokepoint_warnings INTERFACE)
add_library(chokepoint::warnings ALIAS chokepoint_warnings)
target_compile_options(chokepoint_warnings INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wswitch -Werror)

if(CHOKEPOINT_SANITIZE)
  add_compile_options(-fsanitize=${CHOKEPOINT_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CHOKEPOINT_SANITIZE})
endif()
