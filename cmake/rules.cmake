# rule_table(TARGET): adds landfall::rules() (src/audit/rule.h), the table of all rules, made from the
# files that are there. The signature in a file says whether it judges a file or a repository. Made
# while building, so that a change of a rule configures nothing anew.
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB files ${SOURCE}/src/audit/rules/*.cpp)
  list(SORT files)
  set(declarations "")
  set(table "")
  foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    string(REPLACE "_" "-" id ${name})
    file(STRINGS ${file} signature
      REGEX "^void ${name}\\(Audited(File|Repository) const& [a-z]+, Findings& [a-z]+\\) {")
    string(REGEX REPLACE " {.*" "" signature "${signature}")
    if(NOT signature MATCHES "^void [^;]*$")
      message(FATAL_ERROR "${file} must define `void ${name}(AuditedFile const& file, Findings& findings)`, "
        "or the same of an AuditedRepository, on one line")
    endif()
    string(APPEND declarations "${signature};\n")
    string(APPEND table "      rule(\"${id}\", audit_rules::${name}),\n")
  endforeach()
  file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#include \"audit/rule.h\"

namespace landfall {
namespace audit_rules {
${declarations}}  // namespace audit_rules
namespace {
[[maybe_unused]] constexpr Rule rule(std::string_view id, void (*judge)(AuditedFile const&, Findings&)) {
  return {.id = id, .file = judge};
}
[[maybe_unused]] constexpr Rule rule(std::string_view id, void (*judge)(AuditedRepository const&, Findings&)) {
  return {.id = id, .repository = judge};
}
}  // namespace
std::span<Rule const> rules() {
  static constexpr Rule table[]{
${table}  };
  return table;
}
}  // namespace landfall
" @ONLY)
  return()
endif()

set(RULE_TABLE_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(rule_table target)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/audit/rules/*.cpp)
  set(output ${CMAKE_BINARY_DIR}/generated/rules.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DOUTPUT=${output} -P ${RULE_TABLE_SCRIPT}
    DEPENDS ${files} ${RULE_TABLE_SCRIPT} COMMENT "" VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
