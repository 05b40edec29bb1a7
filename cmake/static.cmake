# What the dynamic linker would have to find, map and relocate before `main` is linked into the
# program: of a program that runs for 5 ms that is a fifth (docs/decisions/008). The system's own
# library stays shared. Off where a debugger or a sanitizer wants the shared ones.
option(LANDFALL_STATIC "Link libstdc++, fmt, libyaml and zlib into the program" OFF)

if(LANDFALL_STATIC)
  find_library(YAML_ARCHIVE libyaml.a REQUIRED)
  find_library(ZLIB_ARCHIVE libz.a REQUIRED)
  # libyaml's blocks come from base/yaml_memory.h (docs/decisions/013).
  set(redefined "")
  foreach(function malloc realloc free strdup)
    list(APPEND redefined --redefine-sym ${function}=landfall_yaml_${function})
  endforeach()
  execute_process(COMMAND ${CMAKE_OBJCOPY} ${redefined} ${YAML_ARCHIVE} ${CMAKE_BINARY_DIR}/libyaml.a
                  COMMAND_ERROR_IS_FATAL ANY)
  # Debian has no libfmt.a: it is made of the package's own source, which lies among its headers.
  add_library(landfall_fmt STATIC ${CMAKE_SOURCE_DIR}/cmake/fmt.cpp)
  add_link_options(-static-libstdc++ -static-libgcc)
  set(BASE_LIBRARIES landfall_fmt ${CMAKE_BINARY_DIR}/libyaml.a ${ZLIB_ARCHIVE} ${CMAKE_DL_LIBS})
else()
  set(BASE_LIBRARIES fmt::fmt PkgConfig::YAML PkgConfig::ZLIB ${CMAKE_DL_LIBS})
endif()
