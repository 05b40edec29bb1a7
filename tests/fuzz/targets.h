// What is fuzzed: one function for each reader of text from outside. libFuzzer calls them
// (tests/fuzz/run), and so does a unit test with every file of their corpora.
#pragma once

#include <string_view>

namespace landfall {

void fuzz_yaml(std::string_view text);
/// The whole audit of a repository with this one workflow file.
void fuzz_workflow(std::string_view text);
void fuzz_expression(std::string_view text);
void fuzz_shell(std::string_view text);

}  // namespace landfall
