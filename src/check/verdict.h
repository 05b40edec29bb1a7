// The four facts of a target, each proven for itself: DESIGN section 5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "facts/store.h"

namespace landfall {

enum class Proof { ok, failing, unknown };
std::string_view to_word(Proof proof);

/// One of the four facts, from one file of verdicts/.
struct FactVerdict {
  std::string fact;  ///< deployed, running, healthy, current
  Proof proof = Proof::unknown;
  std::string state;   ///< "never deployed", "crashed", "behind"...: two or three words
  std::string reason;  ///< one sentence
  std::optional<Instant> since;
  std::vector<std::int64_t> evidence;
};

struct Verdict {
  std::string target;
  std::vector<FactVerdict> facts;   ///< deployed, running, healthy, current
  Proof headline = Proof::unknown;  ///< the worst of them; unknown stands between
  std::string state;                ///< the state of the fact that decides the headline
};

/// What programs are told of it: the same by every way.
Json to_json(Verdict const& verdict);

/// The verdicts of all declared targets at the instant that the store looks at, by name.
Result<std::vector<Verdict>> verdicts(Store& store, Instant now);

}  // namespace landfall
