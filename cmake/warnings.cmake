add_library(landfall_warnings INTERFACE)
target_compile_options(landfall_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum -Wold-style-cast
  -Wno-missing-field-initializers -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # With optimisation g++ 12 guesses wrongly about moves of std::variant and std::string; clang and
  # the sanitizers watch for the real ones.
  target_compile_options(landfall_warnings INTERFACE -Wno-stringop-overflow -Wno-array-bounds
    -Wno-restrict -Wno-maybe-uninitialized)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # TRY is a statement expression: our one extension, marked as such for g++.
  target_compile_options(landfall_warnings INTERFACE -Wno-gnu-statement-expression-from-macro-expansion
    -Wno-missing-designated-field-initializers
    # libstdc++ 12 calls its own deprecated get_temporary_buffer inside std::stable_sort.
    -Wno-deprecated-declarations)
endif()
