# chokepoint_install(PROGRAMS ... PAGES ... UNITS ...): programs, man pages made from what some of them
# answer to --help-all, and units of systemd (FILE.in, with the folders of this installation).
include(GNUInstallDirs)
find_program(HELP2MAN help2man REQUIRED)

function(chokepoint_install)
  cmake_parse_arguments(ARG "" "" "PROGRAMS;PAGES;UNITS" ${ARGN})
  install(TARGETS ${ARG_PROGRAMS} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  set(pages)
  foreach(program IN LISTS ARG_PAGES)
    set(page ${CMAKE_BINARY_DIR}/man/${program}.8)
    add_custom_command(
      OUTPUT ${page}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/man
      COMMAND ${HELP2MAN} --section=8 --no-info --help-option=--help-all --output=${page}
              --name=$<TARGET_PROPERTY:${program},CHOKEPOINT_IN_SHORT>
              --manual=Chokepoint $<TARGET_FILE:${program}>
      DEPENDS ${program}
      COMMENT "Writing the page of ${program}"
      VERBATIM)
    list(APPEND pages ${page})
  endforeach()
  if(pages)
    list(GET ARG_PAGES 0 first)
    add_custom_target(${first}-pages ALL DEPENDS ${pages})
    install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
  endif()
  foreach(unit IN LISTS ARG_UNITS)
    configure_file(${unit}.in ${CMAKE_BINARY_DIR}/${unit} @ONLY)
    install(FILES ${CMAKE_BINARY_DIR}/${unit} DESTINATION lib/systemd/system)
  endforeach()
endfunction()
