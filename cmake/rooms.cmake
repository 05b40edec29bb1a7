# room(NAME USES rooms... LIBRARIES targets...): one folder of src/ is one
# static library; its *_test.cpp files become the test program NAME_test.
# Sources are globbed: a file is added by adding it.
set(ROOMS "" CACHE INTERNAL "")

function(room name)
  cmake_parse_arguments(ROOM "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*_test.cpp)
  if(tests)
    list(REMOVE_ITEM sources ${tests})
  endif()
  if(NOT sources)
    file(WRITE ${CMAKE_BINARY_DIR}/empty_${name}.cpp "namespace landfall {}\n")
    set(sources ${CMAKE_BINARY_DIR}/empty_${name}.cpp)
  endif()
  add_library(landfall_${name} STATIC ${sources})
  target_include_directories(landfall_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ROOM_USES PREPEND landfall_)
  target_link_libraries(landfall_${name} PUBLIC ${ROOM_USES} ${ROOM_LIBRARIES} PRIVATE landfall_warnings)
  precompiled(landfall_${name} room_headers)
  set(ROOMS ${ROOMS} ${name} CACHE INTERNAL "")
  set(ROOM_TESTS_${name} ${tests} CACHE INTERNAL "")
endfunction()

# test_program(NAME LABEL label LINKS targets... SOURCES files...): a program of tests, each of which
# ctest runs by itself.
function(test_program name)
  cmake_parse_arguments(TEST "" "LABEL" "LINKS;SOURCES" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE ${TEST_LINKS} landfall_warnings GTest::gtest GTest::gtest_main)
  target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${LANDFALL_TEST_FLAGS}>)
  target_compile_definitions(${name} PRIVATE LANDFALL_SOURCE="${CMAKE_SOURCE_DIR}")
  precompiled(${name} test_headers)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${TEST_LABEL})
endfunction()

function(room_tests)
  foreach(name ${ROOMS})
    if(ROOM_TESTS_${name})
      test_program(${name}_test LABEL ${name} LINKS landfall_${name} SOURCES ${ROOM_TESTS_${name}})
    endif()
  endforeach()
endfunction()
