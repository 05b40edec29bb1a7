// What is left of a file when its tree is gone: for rules across files, and for people.
#pragma once

#include "audit/rule.h"

namespace landfall {

FileSummary summarise(AuditedFile const& file);

}  // namespace landfall
