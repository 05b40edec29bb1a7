// What mends a finding, in a command or a URL that can be used as it stands.
#pragma once

#include <string>

#include "incident/record.h"

namespace landfall {

struct Remedy {
  std::string text;  ///< the check's own words, with the names of this target
  std::string url;   ///< where a person can do it; "" if there is no such page
};
Remedy remedy_of(Story const& story, FindingSpan const& finding);

}  // namespace landfall
