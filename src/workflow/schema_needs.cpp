// `needs`: every job that is waited for must be there, and none may wait for itself.
#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workflow/schema_expression.h"
#include "workflow/schema_names.h"
#include "workflow/schema_rules.h"
#include "workflow/schema_words.h"

namespace landfall::grammar {
namespace {

struct Need {
  std::size_t job = 0;  ///< the one that is needed
  yaml::Node const* node = nullptr;
};

class Needs {
 public:
  Needs(Spot const& jobs, Problems& problems)
      : jobs_(jobs),
        pairs_(jobs.node->pairs),
        problems_(problems),
        names_(pairs_.size()),
        needs_(pairs_.size()),
        met_by_(pairs_.size(), nobody) {}

  void judge() {
    for (std::size_t i = 0; i < pairs_.size(); ++i)
      names_.add({key_hash(pairs_[i].key.text), static_cast<std::uint32_t>(i), &pairs_[i].key});
    for (std::size_t i = 0; i < pairs_.size(); ++i) read(i);
    starts_ = jobs_that_start();
    for (std::size_t i = 0; i < pairs_.size() && !problems_.is_full(); ++i)
      if (!starts_[i]) look_for_cycle(i);
  }

 private:
  void read(std::size_t job) {
    for (yaml::Pair const& pair : pairs_[job].value.pairs) {
      if (pair.key.text != "needs") continue;
      if (pair.value.is_scalar()) read_need(job, pair.value);
      for (yaml::Node const& item : pair.value.items) read_need(job, item);
    }
  }

  void read_need(std::size_t job, yaml::Node const& need) {
    if (!need.is_scalar() || need.text.empty() || need.is_null()) return;
    std::string_view name = need.text;
    std::optional<std::string> literal;
    if (find_expression(name) != std::string_view::npos) {
      literal = literal_of(name);
      if (!literal || literal->empty()) return;
      name = *literal;
    }
    if (NameSet::Entry const* entry = names_.find(name, key_hash(name))) {
      needs_[job].push_back({entry->number, &need});
    } else if (!problems_.is_full()) {
      tell_unknown(job, need, name);
    }
  }

  std::string job_name(std::size_t job) const { return name_of(jobs_.under(pairs_[job])); }

  void tell_unknown(std::size_t job, yaml::Node const& need, std::string_view name) {
    std::vector<std::string> ids;
    for (yaml::Pair const& pair : pairs_.first(std::min<std::size_t>(pairs_.size(), 300)))
      ids.emplace_back(pair.key.text.substr(0, 60));
    problems_.add(Kind::needs_unknown, need,
                  fmt::format("{} needs '{}': there is no such job", job_name(job), excerpt(name)),
                  meant(name, ids));
  }

  /// All jobs that do not wait for themselves, nor for one that does.
  std::vector<bool> jobs_that_start() const {
    std::vector<std::vector<std::size_t>> needed_by(needs_.size());
    std::vector<std::size_t> open(needs_.size());
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < needs_.size(); ++i) {
      open[i] = needs_[i].size();
      for (Need const& need : needs_[i]) needed_by[need.job].push_back(i);
      if (open[i] == 0) order.push_back(i);
    }
    for (std::size_t at = 0; at < order.size(); ++at)
      for (std::size_t const next : needed_by[order[at]])
        if (--open[next] == 0) order.push_back(next);
    std::vector<bool> start(needs_.size());
    for (std::size_t const job : order) start[job] = true;
    return start;
  }

  /// The first need of a job that keeps it from starting.
  Need const& blocking(std::size_t job) const {
    return *std::find_if(needs_[job].begin(), needs_[job].end(),
                         [this](Need const& need) { return !starts_[need.job]; });
  }

  /// From a job that never starts, along the needs that keep it from it, until one comes again: it
  /// is in a cycle. Where a former walk was, nothing new is found.
  void look_for_cycle(std::size_t job) {
    std::size_t at = job;
    while (met_by_[at] == nobody) {
      met_by_[at] = job;
      at = blocking(at).job;
    }
    if (met_by_[at] == job) tell_cycle(at);
  }

  void tell_cycle(std::size_t job) {
    std::size_t first = job;
    for (std::size_t at = blocking(job).job; at != job; at = blocking(at).job)
      first = std::min(first, at);
    std::string chain = fmt::format("'{}'", excerpt(pairs_[first].key.text));
    std::size_t at = first;
    for (int count = 0; count < 8; ++count) {
      at = blocking(at).job;
      chain += fmt::format(" needs '{}'", excerpt(pairs_[at].key.text));
      if (at == first) break;
      chain += count == 7 ? "..." : ", which";
    }
    problems_.add(Kind::needs_cycle, *blocking(first).node,
                  fmt::format("{} waits for itself: {}", job_name(first), chain),
                  "take one of these needs away");
  }

  static constexpr auto nobody = static_cast<std::size_t>(-1);

  Spot const& jobs_;
  std::span<yaml::Pair const> pairs_;
  Problems& problems_;
  NameSet names_;
  std::vector<std::vector<Need>> needs_;
  std::vector<bool> starts_;
  std::vector<std::size_t> met_by_;
};

}  // namespace

void judge_needs(Spot const& jobs, Problems& problems) {
  bool const is_asked =
      std::any_of(jobs.node->pairs.begin(), jobs.node->pairs.end(),
                  [](yaml::Pair const& job) { return job.value.find("needs") != nullptr; });
  if (is_asked) Needs(jobs, problems).judge();
}

}  // namespace landfall::grammar
