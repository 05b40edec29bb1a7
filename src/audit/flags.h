// Flags that do not mean what they say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/site.h"
#include "workflow/signatures.h"

namespace landfall {

/// What a person means by the text of a flag: yes, true, on, 1; no, false, off, 0, nothing.
std::optional<bool> meant_flag(std::string_view text);

/// An expression in which a boolean input is compared as what it is not.
struct WrongComparison {
  std::size_t begin = 0;  ///< of the comparison, or the name, in the scalar's value
  std::size_t end = 0;
  std::string text;      ///< what stands there
  std::string input;     ///< the input's name
  bool is_text = false;  ///< the input is a text here (github.event.inputs), or else a boolean
  bool is_name = false;  ///< the name alone is taken for a boolean
  std::size_t fix_begin = 0;
  std::size_t fix_end = 0;
  std::string fix;
};

/// Inputs of a workflow by type: names in lower case.
struct InputTypes {
  std::vector<std::string> booleans;           ///< everywhere where they are declared
  std::vector<std::string> dispatch_booleans;  ///< those of workflow_dispatch

  explicit InputTypes(Workflow const& workflow);

 private:
  void take_inputs(Event const& event, std::vector<std::string>& others);
};

/// Wrong comparisons in the expressions of a scalar. `is_condition`: the scalar is an `if`, which
/// may stand without braces.
std::vector<WrongComparison> wrong_comparisons(std::string_view value, bool is_condition,
                                               InputTypes const& types);

}  // namespace landfall
