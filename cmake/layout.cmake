# Where a program's code lies decides how much of its time it waits for it. llvm-bolt lays a release
# out anew when it is linked, by what an audit runs (docs/decisions/011, tools/lay-out). Where there
# is no llvm-bolt the program does the same, slower.
if(LANDFALL_STATIC)
  find_program(LLVM_BOLT llvm-bolt PATHS /usr/lib/llvm-19/bin NO_DEFAULT_PATH)
  if(LLVM_BOLT)
    cmake_path(GET LLVM_BOLT PARENT_PATH bolt_folder)
    target_link_options(landfall PRIVATE -Wl,--emit-relocs)
    add_custom_command(TARGET landfall POST_BUILD
      COMMAND ${CMAKE_SOURCE_DIR}/tools/lay-out $<TARGET_FILE:landfall> ${bolt_folder} VERBATIM)
  else()
    message(STATUS "No llvm-bolt (Debian: bolt-19): audits take a tenth longer")
  endif()
endif()
