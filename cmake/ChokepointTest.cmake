# chokepoint_tests(NAME FILES one_test other_test ... LINKS ... LABELS ...): one program of the files
# given, each .cpp, and one ctest, and so one process, for each TEST in them. Paths are relative to
# the CMakeLists.txt that calls. Of the test presets' five jobs a test takes two, which keep a core
# busy; those that mostly wait take one.
# chokepoint_test(path/name_test ...): the same of one file.
include(GoogleTest)
function(chokepoint_test path)
  chokepoint_tests(${path} FILES ${path} ${ARGN})
endfunction()

function(chokepoint_tests name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "FILES;LINKS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  if(CHOKEPOINT_SANITIZE)
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 10")
  endif()
  file(RELATIVE_PATH target ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  string(REPLACE "/" "_" target ${target})
  list(TRANSFORM ARG_FILES APPEND .cpp)
  add_executable(${target} ${ARG_FILES})
  target_link_libraries(${target} PRIVATE ${ARG_LINKS} GTest::gmock_main chokepoint::warnings)
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  if(CHOKEPOINT_QUICK AND NOT "${ARG_LINKS}" STREQUAL "chokepoint_proxy_messages")
    target_link_libraries(${target} PRIVATE chokepoint_as_tests)
    target_precompile_headers(${target} REUSE_FROM chokepoint_test_headers)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-array-bounds)  # of "x" + std::string, as -Wno-restrict
  endif()
  target_compile_definitions(${target} PRIVATE
    CHOKEPOINT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" CHOKEPOINT_BINARY_DIR="${PROJECT_BINARY_DIR}")
  gtest_discover_tests(${target} DISCOVERY_TIMEOUT 30
    PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT} PROCESSORS 2)
endfunction()
