// What names mean on one way into a workflow, in one job of it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "workflow/expression.h"
#include "workflow/ways.h"

namespace landfall {

struct Way {
  std::string event;
  RefClass refs;
  Inputs inputs;  ///< by names in lower case
};

/// The values of one leg of a matrix; nullopt: the matrix is not known.
using Leg = std::optional<std::map<std::string, Value>>;

class WayNames : public Names {
 public:
  explicit WayNames(Way const& way) : way_(way) {}

  Value lookup(std::vector<std::string> const& path) override;
  Value status(std::string_view function) override;
  RefClass const& refs() const override { return way_.refs; }
  void asked(RefQuestion question) override;

  /// Enters a job: what it needs by id in lower case, and which of these are certainly skipped.
  void enter_job(std::map<std::string, bool> needs_skipped, std::optional<bool> success);
  void enter_leg(Leg leg) { leg_ = std::move(leg); }
  /// In steps, what went before may have succeeded or failed.
  void enter_steps() { in_steps_ = true; }
  /// Lays a mapping of variables over those that hold.
  void add_variables(yaml::Node const* env);
  std::map<std::string, std::string> const& variables() const { return variables_; }
  void restore_variables(std::map<std::string, std::string> variables);
  /// A step wrote to GITHUB_ENV: the variable, or all of them, is no longer known.
  void forget_variable(std::string const& name) { forgotten_.insert(name); }
  void forget_all_variables() { all_forgotten_ = true; }
  std::optional<std::string> variable(std::string_view name) const;

  std::vector<RefQuestion> take_questions() { return std::move(questions_); }

 private:
  Value github(std::vector<std::string> const& path) const;
  Value event(std::vector<std::string> const& path) const;
  Value input(std::string const& name) const;
  Value matrix(std::vector<std::string> const& path) const;
  Value needs(std::vector<std::string> const& path) const;
  Value ref(bool full) const;

  Way const& way_;
  std::map<std::string, bool> needs_skipped_;
  std::optional<bool> success_;
  Leg leg_;
  bool in_steps_ = false;
  std::map<std::string, std::string> variables_;  ///< interpolated
  std::set<std::string> forgotten_;
  bool all_forgotten_ = false;
  std::vector<RefQuestion> questions_;
};

}  // namespace landfall
