// A fault as people write it: in the world file, in JSON for the control API, on the command line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "sandbox/state.h"
#include "sandbox/world_reader.h"

namespace landfall::sandbox {

/// The keys and values of one fault, wherever they are written. A missing key is nullopt.
class FaultSource {
 public:
  virtual ~FaultSource() = default;
  virtual Result<std::optional<std::string>> text(std::string_view key) const = 0;
  virtual Result<std::optional<double>> number(std::string_view key) const = 0;
  /// An error at the key's value.
  virtual Error error(std::string_view key, std::string_view text) const = 0;
};

/// The first mistake is an Error. `now` is when "for" begins unless "from" says otherwise.
Result<Fault> read_fault(State const& state, FaultSource const& source, Instant now);

Result<Fault> fault_of_json(State const& state, Json const& body, Instant now);
/// The world file's list, into the state.
Result<> load_faults(State& state, Section const& world, Instant now);

/// As the control API shows it. Of a token only the end.
Json fault_json(Fault const& fault, Instant now);

}  // namespace landfall::sandbox
