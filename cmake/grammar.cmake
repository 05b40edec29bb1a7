# GitHub's published grammar (grammar/*.json) becomes constant tables in the room workflow
# (src/workflow/schema_grammar.h): written while landfall is built, nothing is parsed at its start.
add_executable(grammar_tables ${CMAKE_SOURCE_DIR}/tools/grammar_tables.cpp)
target_link_libraries(grammar_tables PRIVATE landfall_base landfall_warnings)

foreach(kind workflow action)
  set(tables ${CMAKE_BINARY_DIR}/grammar/${kind}_grammar.cpp)
  set(source ${CMAKE_SOURCE_DIR}/grammar/${kind}-v1.0.json)
  set(corrections ${CMAKE_SOURCE_DIR}/grammar/corrections.json)
  add_custom_command(OUTPUT ${tables}
    COMMAND grammar_tables ${kind} ${source} ${corrections} ${tables}
    DEPENDS grammar_tables ${source} ${corrections} VERBATIM)
  target_sources(landfall_workflow PRIVATE ${tables})
endforeach()
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/grammar)
