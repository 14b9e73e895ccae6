# With CHOKEPOINT_LIGHT programs carry what they need of gRPC, protobuf and the C++ library with them,
# and nothing else: one file to copy to a host, quick to start. OpenSSL stays the distribution's, so
# that it goes on being mended.
if(NOT CHOKEPOINT_LIGHT)
  find_package(gRPC REQUIRED)
  add_library(chokepoint_grpc INTERFACE)
  target_link_libraries(chokepoint_grpc INTERFACE gRPC::grpc++)
else()
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION OFF)
  add_compile_options(-ffunction-sections -fdata-sections)
  # Not gold, which would fold equal functions: with a static C++ library its programs die of bad_cast.
  add_link_options(
    -static-libstdc++ -static-libgcc -Wl,--gc-sections -Wl,-z,pack-relative-relocs -s)
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
  add_library(chokepoint_grpc INTERFACE)
  target_link_libraries(chokepoint_grpc INTERFACE ${static_libraries} ssl crypto z dl rt m)
endif()
add_library(chokepoint::grpc ALIAS chokepoint_grpc)
