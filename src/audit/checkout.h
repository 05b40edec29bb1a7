// The repository that a person stands in: its workflow files, and what its .git folder says.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.h"
#include "audit/git_folder.h"
#include "base/result.h"
#include "world/world.h"

namespace landfall {

struct Checkout {
  std::string root;                    ///< "" or a path that ends in '/': put before every file
  std::vector<std::string> workflows;  ///< paths from the root, sorted
  std::optional<GitFolder> git;        ///< nullopt: no git repository

  /// The root for people: "." or a path without its last '/'.
  std::string shown_root() const;
};

/// The repository around a folder, or around one workflow file, which is then the only one. Walks
/// up to the first folder that holds .github/workflows or .git. Where there are no workflows the
/// Error, of kind usage, says what was looked for and where.
Result<Checkout> find_checkout(World world, std::string const& place);

/// Reads files of a checkout, and remembers which could not be read although they are there.
class CheckoutReader {
 public:
  CheckoutReader(World world, Checkout const& checkout)
      : world_(world), root_(checkout.root), workflows_(checkout.workflows) {}

  std::optional<std::string> read(std::string_view path);
  /// From now on this text is what the file holds: nothing is written.
  void pretend(std::string path, std::string text);
  std::vector<Error> const& errors() const { return errors_; }

 private:
  World world_;
  std::string root_;
  std::vector<std::string> workflows_;
  std::map<std::string, std::string, std::less<>> pretended_;
  std::vector<Error> errors_;
};

/// Everything that the audit of a checkout needs. `reader` must outlive the input.
AuditInput audit_input(World world, Checkout const& checkout, CheckoutReader& reader);

}  // namespace landfall
