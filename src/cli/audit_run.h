// An audit of the checkout that a command was given: for `audit`, `paths` and `fix`.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "audit/checkout.h"
#include "audit/mend.h"
#include "audit/report.h"
#include "cli/context.h"

namespace landfall {

enum class Fixes { titles, edits };

/// A finished audit with what it was made from, which its report reads from: it does not move.
struct AuditRun {
  explicit AuditRun(World world, Checkout found)
      : checkout(std::move(found)), reader(world, checkout) {}
  AuditRun(AuditRun const&) = delete;
  AuditRun& operator=(AuditRun const&) = delete;

  Checkout checkout;
  CheckoutReader reader;
  AuditReport report;
};

/// Audits the repository around a folder or a file; with `instead`, as if those files had been
/// changed already.
Result<std::unique_ptr<AuditRun>> run_audit_of(World world, std::string const& place, Fixes fixes,
                                               std::span<MendedFile const> instead = {});

/// Puts the findings in order and says what else there is to say: after all findings are in.
void finish_report(AuditRun& run);

}  // namespace landfall
