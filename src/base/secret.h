// A token or key: can be carried, not printed.
#pragma once

#include <string>
#include <utility>

namespace landfall {

/// Has no formatter and no comparison. Only the senders of requests reveal it.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  bool empty() const { return value_.empty(); }
  std::string const& reveal() const { return value_; }

 private:
  std::string value_;
};

}  // namespace landfall
