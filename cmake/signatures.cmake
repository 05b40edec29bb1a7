# signatures/deploys.yaml becomes constant tables in the room workflow (src/workflow/signatures.h):
# written while landfall is built, nothing is parsed at its start.
add_executable(signature_tables ${CMAKE_SOURCE_DIR}/tools/signature_tables.cpp)
target_link_libraries(signature_tables PRIVATE landfall_base landfall_warnings)

file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/signatures)
set(tables ${CMAKE_BINARY_DIR}/signatures/deploys.cpp)
set(source ${CMAKE_SOURCE_DIR}/signatures/deploys.yaml)
add_custom_command(OUTPUT ${tables}
  COMMAND signature_tables ${source} ${tables}
  DEPENDS signature_tables ${source} VERBATIM)
target_sources(landfall_workflow PRIVATE ${tables})
