# With CHOKEPOINT_LIGHT programs carry gRPC, protobuf, yaml-cpp, spdlog and fmt with them: one file to
# copy to a host, quick to start. OpenSSL stays the distribution's, so that it goes on being mended;
# prometheus-cpp, which Debian has only as a shared library, and so the C++ library stay there too
# (two C++ libraries in one process do not know each other's types).
if(NOT CHOKEPOINT_LIGHT)
  find_package(gRPC REQUIRED)
  add_library(chokepoint_grpc INTERFACE)
  target_link_libraries(chokepoint_grpc INTERFACE gRPC::grpc++)
else()
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(
    -Wl,--as-needed -Wl,--gc-sections -Wl,-z,pack-relative-relocs -Wl,--exclude-libs,ALL -s)
  pkg_check_modules(GRPC REQUIRED grpc++)
  set(static_libraries)
  set(shared_libraries ssl crypto z dl rt m pthread atomic)
  foreach(name IN LISTS GRPC_STATIC_LIBRARIES)
    if(name IN_LIST shared_libraries)
      continue()
    endif()
    find_library(STATIC_${name} NAMES lib${name}.a REQUIRED)
    list(APPEND static_libraries ${STATIC_${name}})
  endforeach()
  add_library(chokepoint_without_xds OBJECT ${CMAKE_CURRENT_LIST_DIR}/without_xds.cpp)
  add_library(chokepoint_grpc INTERFACE)
  target_link_libraries(chokepoint_grpc INTERFACE
    $<TARGET_OBJECTS:chokepoint_without_xds> ${static_libraries} ssl crypto z dl rt m)

  find_library(STATIC_yaml-cpp NAMES libyaml-cpp.a REQUIRED)
  set_target_properties(yaml-cpp PROPERTIES IMPORTED_LOCATION_NONE ${STATIC_yaml-cpp})
  set_target_properties(fmt::fmt PROPERTIES INTERFACE_COMPILE_DEFINITIONS FMT_HEADER_ONLY)
  set_target_properties(spdlog::spdlog PROPERTIES
    INTERFACE_COMPILE_DEFINITIONS "SPDLOG_HEADER_ONLY;SPDLOG_FMT_EXTERNAL")
endif()
add_library(chokepoint::grpc ALIAS chokepoint_grpc)
