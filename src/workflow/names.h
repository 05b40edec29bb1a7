// What names mean on one way into a workflow, in one job of it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workflow/expression.h"
#include "workflow/library.h"
#include "workflow/matrix.h"
#include "workflow/trace.h"
#include "workflow/ways.h"

namespace landfall {

struct Way {
  std::string_view event;
  RefClass refs;
  Choices choices;
};

/// What is supposed of everything that a run alone decides.
struct Supposed {
  enum class Kind {
    nothing,  ///< it may be either
    success,  ///< all that runs succeeds
    failure,  ///< all but one needed job succeeds
  };
  Kind kind = Kind::nothing;
  std::string failed{};  ///< of failure: the job's id in lower case
};

/// Will a job run on a way.
enum class Runs { yes, depends, no };

/// What a job that is needed is known to do.
struct NeededJob {
  Runs runs = Runs::yes;
  std::map<std::string, std::string> outputs;  ///< those that are known, by names in lower case
};

class WayNames : public Names {
 public:
  /// `of_way` notes what is asked of the way itself; nullptr: nobody wants to know.
  WayNames(Way const& way, RepositoryNames const& repository, Trace* of_way = nullptr)
      : way_(way), repository_(repository), of_way_(of_way) {}

  Value lookup(std::vector<std::string> const& path) override;
  Value status(std::string_view function) override;
  RefClass const& refs() const override { return way_.refs; }
  void asked(RefQuestion question) override;

  /// In a called workflow, or a composite action: `inputs` are these, by names in lower case, and
  /// those that the call leaves open are not known.
  void enter_call(std::map<std::string, Value> inputs) { call_inputs_ = std::move(inputs); }
  std::optional<std::map<std::string, Value>> const& call_inputs() const { return call_inputs_; }
  void restore_call(std::optional<std::map<std::string, Value>> inputs) {
    call_inputs_ = std::move(inputs);
  }

  /// Enters a job: what it needs by id in lower case, and whether an ancestor is skipped.
  void enter_job(std::map<std::string, NeededJob> needs, Runs ancestors);
  void enter_leg(Leg leg);
  void enter_steps() { in_steps_ = true; }
  void suppose(Supposed supposed) { supposed_ = std::move(supposed); }

  /// From here on `of_job` notes what is asked of anything outside of the job; nullptr: no more.
  void trace_job(Trace* of_job) { of_job_ = of_job; }

  /// Lays a mapping of variables over those that hold.
  void add_variables(yaml::Node const* env);
  std::map<std::string, std::string> const& variables() const { return variables_; }
  void restore_variables(std::map<std::string, std::string> variables);
  /// A step wrote to GITHUB_ENV; nullopt: not what. It holds over what a step's own env does not.
  void write_variable(std::string const& name, std::optional<std::string> value);
  void forget_all_variables() { all_forgotten_ = true; }
  std::optional<std::string> variable(std::string_view name) const;
  /// A step wrote to GITHUB_OUTPUT; nullopt: not what.
  void write_output(std::string const& step, std::string const& name,
                    std::optional<std::string> value);

  std::vector<RefQuestion> take_questions() { return std::exchange(questions_, {}); }
  /// The names that were asked for since the last call and are not known: "vars.DEPLOY".
  std::set<std::string> take_unknown();

 private:
  void note(std::vector<std::string> const& path, Value const& value);
  Value known(std::vector<std::string> const& path) const;
  Value github(std::vector<std::string> const& path) const;
  Value event(std::vector<std::string> const& path) const;
  Value event_input(std::string const& name) const;
  Value input(std::string const& name) const;
  Value matrix(std::vector<std::string> const& path) const;
  Value needs(std::vector<std::string> const& path) const;
  Value steps(std::vector<std::string> const& path) const;
  Value ref(bool full) const;

  Way const& way_;
  RepositoryNames const& repository_;
  Trace* of_way_;
  Trace* of_job_ = nullptr;
  std::optional<std::map<std::string, Value>> call_inputs_;
  std::map<std::string, NeededJob> needs_;
  Runs ancestors_ = Runs::yes;
  Supposed supposed_;
  Leg leg_;
  bool in_steps_ = false;
  std::map<std::string, std::string> variables_;  ///< interpolated
  std::map<std::string, std::optional<std::string>> written_;
  bool all_forgotten_ = false;
  std::map<std::string, std::optional<std::string>> outputs_;  ///< `step.name` in lower case
  std::vector<RefQuestion> questions_;
  std::set<std::string> unknown_;
};

}  // namespace landfall
