# What nearly every file includes is parsed once, where LANDFALL_PRECOMPILE is on: once for the rooms
# and once for their tests, which are compiled with LANDFALL_TEST_FLAGS on top. Off elsewhere, so that
# each file is also compiled with no more than what it includes itself.
option(LANDFALL_PRECOMPILE "Precompile common headers" OFF)
set(LANDFALL_TEST_FLAGS "" CACHE STRING "Compiler flags for tests alone")

set(common_headers <algorithm> <array> <chrono> <cstdint> <deque> <functional> <map> <memory> <optional>
    <set> <span> <string> <string_view> <utility> <variant> <vector> <fmt/core.h>)

if(LANDFALL_PRECOMPILE)
  if(CCACHE)
    # https://ccache.dev/manual/4.7.html#_precompiled_headers
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
    add_compile_options("$<$<COMPILE_LANG_AND_ID:CXX,Clang>:SHELL:-Xclang -fno-pch-timestamp>")
  endif()
  file(WRITE ${CMAKE_BINARY_DIR}/generated/headers.cpp "namespace landfall {}\n")
  add_library(room_headers OBJECT ${CMAKE_BINARY_DIR}/generated/headers.cpp)
  target_precompile_headers(room_headers PRIVATE ${common_headers})
  if(LANDFALL_TESTS)
    add_library(test_headers OBJECT ${CMAKE_BINARY_DIR}/generated/headers.cpp)
    target_link_libraries(test_headers PRIVATE GTest::gtest)
    target_compile_options(test_headers PRIVATE ${LANDFALL_TEST_FLAGS})
    target_precompile_headers(test_headers PRIVATE ${common_headers} <gtest/gtest.h>)
  endif()
endif()

# precompiled(TARGET HEADERS): the target's C++ files begin with what room_headers or test_headers parsed.
function(precompiled target headers)
  if(LANDFALL_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${headers})
  endif()
endfunction()
