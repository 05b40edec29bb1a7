// What was asked of the outside while something was evaluated. Where the same questions have the
// same answers, the same comes out, and need not be evaluated again.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "workflow/value.h"

namespace landfall {

bool same_value(Value const& left, Value const& right);
bool same_refs(RefClass const& left, RefClass const& right);

class Trace {
 public:
  /// A value of kind ref stands for the refs; they must be the same then, too.
  void note(std::vector<std::string> const& path, Value const& value, RefClass const& refs);

  /// Does `ask`, of the type Value(std::vector<std::string> const&), answer as it was answered
  /// here.
  template <class Ask>
  bool holds(Ask const& ask, RefClass const& refs) const {
    if (!is_whole_ || (has_refs_ && !same_refs(refs, refs_))) return false;
    for (auto const& [path, value] : asked_)
      if (!same_value(ask(path), value)) return false;
    return true;
  }

 private:
  std::vector<std::pair<std::vector<std::string>, Value>> asked_;
  RefClass refs_;
  bool has_refs_ = false;
  bool is_whole_ = true;  ///< false: too much was asked to be kept
};

}  // namespace landfall
