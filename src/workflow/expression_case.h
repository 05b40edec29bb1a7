// Texts compared without regard to case as GitHub's expressions compare them: all of Unicode.
#pragma once

#include <string>
#include <string_view>

namespace landfall {

/// Equality of `==`: both in upper case, but for the dotless i.
bool same_but_case(std::string_view left, std::string_view right);
/// Below 0, 0 or above 0 as the left stands before, at or after the right in the order of `<`: by
/// units of UTF-16 in upper case.
int compare_but_case(std::string_view left, std::string_view right);
/// startsWith, endsWith.
bool begins_but_case(std::string_view text, std::string_view begin);
bool ends_but_case(std::string_view text, std::string_view end);
/// contains, which compares in lower case.
bool contains_but_case(std::string_view text, std::string_view part);
/// Are these the same name of a member of an object.
bool same_name(std::string_view left, std::string_view right);

/// A name in the one form that all names that are the same have.
std::string folded_name(std::string_view name);

}  // namespace landfall
