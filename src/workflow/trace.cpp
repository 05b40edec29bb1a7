#include "workflow/trace.h"

#include <algorithm>

namespace landfall {

bool same_value(Value const& left, Value const& right) {
  // Containers that are the same text may still be different things to `==`.
  if (left.is_container() || right.is_container())
    return left.kind == right.kind && left.node == right.node && left.origin == right.origin &&
           left.node != nullptr;
  return left.kind == right.kind && left.flag == right.flag && left.number == right.number &&
         left.text == right.text && left.full_ref == right.full_ref &&
         left.unknown_truth == right.unknown_truth;
}

bool same_refs(RefClass const& left, RefClass const& right) {
  return left.space == right.space && left.begin == right.begin && left.exact == right.exact &&
         left.not_names == right.not_names && left.not_prefixes == right.not_prefixes;
}

void Trace::note(std::vector<std::string> const& path, Value const& value, RefClass const& refs) {
  constexpr std::size_t most = 64;
  bool const is_there = std::any_of(asked_.begin(), asked_.end(),
                                    [&](auto const& asked) { return asked.first == path; });
  if (is_there) return;
  if (asked_.size() == most) {
    is_whole_ = false;
    return;
  }
  asked_.emplace_back(path, value);
  if (value.kind != Value::Kind::ref) return;
  has_refs_ = true;
  refs_ = refs;
}

}  // namespace landfall
