# chokepoint_layer(NAME PUBLIC ... PRIVATE ... [FOLDERS ...]): one static library chokepoint_NAME,
# alias chokepoint::NAME, from every .cpp in the folders given (default: this one and all below).
function(chokepoint_layer name)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE;FOLDERS" ${ARGN})
  if(NOT ARG_FOLDERS)
    set(ARG_FOLDERS .)
  endif()
  set(sources)
  foreach(folder IN LISTS ARG_FOLDERS)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS ${folder}/*.cpp)
    list(APPEND sources ${found})
  endforeach()
  add_library(chokepoint_${name} STATIC ${sources})
  add_library(chokepoint::${name} ALIAS chokepoint_${name})
  target_include_directories(chokepoint_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(chokepoint_${name}
    PUBLIC ${ARG_PUBLIC}
    PRIVATE ${ARG_PRIVATE} chokepoint::warnings)
endfunction()
