# lazy_library(TARGET NAME name SONAME file PACKAGE prefix FUNCTIONS names...): links a C library
# that is loaded when `landfall::Result<> landfall::load_NAME()` is called, and not when the program
# starts. libcurl and libarchive bring forty other libraries along, libcrypto thousands of symbols:
# that takes longer to load than most commands to run. Each function becomes a jump through a slot
# that load_NAME() fills. On other machines than these two the library is linked as usual, and
# load_NAME() does nothing.
function(lazy_library target)
  cmake_parse_arguments(LAZY "" "NAME;SONAME;PACKAGE" "FUNCTIONS" ${ARGN})
  set(stem ${CMAKE_BINARY_DIR}/generated/lazy_${LAZY_NAME})
  target_include_directories(${target} PRIVATE ${${LAZY_PACKAGE}_INCLUDE_DIRS})
  set(slots ${LAZY_NAME}_slots)
  set(assembly ".bss\n.balign 8\n.global ${slots}\n.hidden ${slots}\n${slots}:\n")
  list(LENGTH LAZY_FUNCTIONS count)
  math(EXPR bytes "${count} * 8")
  string(APPEND assembly ".zero ${bytes}\n.text\n")
  set(names "")
  set(offset 0)
  foreach(function ${LAZY_FUNCTIONS})
    string(APPEND assembly ".global ${function}\n.hidden ${function}\n.type ${function}, %function\n.balign 16\n${function}:\n")
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
      string(APPEND assembly "  endbr64\n  jmp *${slots}+${offset}(%rip)\n")
    elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
      string(APPEND assembly "  bti c\n  adrp x16, ${slots}+${offset}\n  ldr x16, [x16, :lo12:${slots}+${offset}]\n  br x16\n")
    else()
      target_link_libraries(${target} PUBLIC PkgConfig::${LAZY_PACKAGE})
      file(CONFIGURE OUTPUT ${stem}.cpp CONTENT
        "#include \"base/lazy_library.h\"\nnamespace landfall {\nResult<> load_${LAZY_NAME}();\nResult<> load_${LAZY_NAME}() { return {}; }\n}  // namespace landfall\n" @ONLY)
      target_sources(${target} PRIVATE ${stem}.cpp)
      return()
    endif()
    string(APPEND names "      \"${function}\",\n")
    math(EXPR offset "${offset} + 8")
  endforeach()
  string(APPEND assembly ".section .note.GNU-stack,\"\",%progbits\n")
  file(CONFIGURE OUTPUT ${stem}.S CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT ${stem}.cpp CONTENT "#include \"base/lazy_library.h\"

extern \"C\" void* ${slots}[${count}];

namespace landfall {
Result<> load_${LAZY_NAME}();
Result<> load_${LAZY_NAME}() {
  static constexpr char const* names[]{
${names}  };
  // Once, whichever thread is first.
  static Result<> const loaded = load_library(\"${LAZY_SONAME}\", names, ${slots});
  return loaded;
}
}  // namespace landfall
" @ONLY)
  target_sources(${target} PRIVATE ${stem}.S ${stem}.cpp)
endfunction()
