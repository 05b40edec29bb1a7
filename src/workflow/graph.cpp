#include "workflow/graph.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "base/result.h"
#include "base/text.h"
#include "workflow/unread_call.h"
#include "workflow/way_walk.h"
#include "workflow/ways.h"

// Each way into the workflow is walked as GitHub would: which jobs are certainly skipped, what the
// texts of the others become, which of their steps deploy. Ways that end alike are then one path
// again, with the patterns that are left of the event's filter and the inputs that lead there.

namespace landfall {
namespace {

constexpr std::size_t combinations_max = 64;

/// A part of a group of refs, and choices of the event.
struct Entrance {
  std::size_t group = 0;
  std::size_t part = 0;
  std::size_t choice = 0;
};

/// Ways of an event that look the same to the workflow, and what they come to.
struct Alike {
  WayResult const* result = nullptr;
  std::vector<Entrance> ways;
};

/// A way's end, and all ways that have it.
struct Arrival {
  Path const* path = nullptr;
  std::vector<Entrance> const* ways = nullptr;
};

/// All ways of one event that end at one step, target and environment.
struct Ending {
  std::string_view where;
  std::vector<Arrival> arrivals;
};

/// What was walked, over all events of a workflow.
struct Walked {
  WalkCache cache;
  std::vector<std::unique_ptr<WayResult>> results;
  std::size_t work_left = 0;
};

bool leads_on(Arrival const& arrival) {
  return arrival.path->reach != Reach::impossible;
}

void add_unique(std::vector<std::string>& all, std::string const& text) {
  if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
}

class EventWalk {
 public:
  EventWalk(WorkflowSource const& source, Event const& event, Library& library, Walked& walked)
      : source_(source), event_(event), library_(library), walked_(walked) {
    groups_ = ref_groups(event, library.names().default_branch);
    choices_ = event_choices(event, source.text, combinations_max);
    if (!groups_.empty()) return;
    // Walked all the same, to say where it would have led.
    lets_nothing_through_ = true;
    groups_.push_back({RefKind::any, "refs/", {}, false, {}});
    groups_.back().parts.push_back({});
  }

  /// False when the work is used up.
  bool walk() {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      RefGroup& group = groups_[g];
      if (group.divisible) ask_questions(group);
      for (std::size_t p = 0; p < group.parts.size(); ++p)
        for (std::size_t c = 0; c < choices_.size(); ++c) enter({g, p, c});
      if (walked_.work_left == 0) return false;
    }
    return true;
  }

  void add_paths(std::vector<Path>& paths) {
    std::map<std::string_view, Ending> endings;
    for (Alike const& alike : alike_) {
      for (WayEnd const& end : alike.result->ends) {
        Ending& ending = endings[end.key];
        ending.where = end.where;
        ending.arrivals.push_back({&end.path, &alike.ways});
      }
    }
    std::set<std::string_view> reached;
    for (auto const& [key, ending] : endings)
      if (std::any_of(ending.arrivals.begin(), ending.arrivals.end(), leads_on))
        reached.insert(ending.where);
    for (auto& [key, ending] : endings) {
      bool const leads = std::any_of(ending.arrivals.begin(), ending.arrivals.end(), leads_on);
      if (leads && !lets_nothing_through_) add_reached(ending, paths);
      // One impossible path a step is enough, and none where another way of the event leads on.
      bool const is_dead = lets_nothing_through_ || (!leads && reached.insert(ending.where).second);
      if (is_dead) add_impossible(ending, paths);
    }
  }

 private:
  /// Divides the refs of a group by what the file's conditions ask about their names.
  void ask_questions(RefGroup& group) {
    std::vector<RefQuestion> questions;
    for (RefPart const& part : group.parts) {
      WayResult const& result = result_of({event_.name, part.refs, choices_.front()});
      questions.insert(questions.end(), result.questions.begin(), result.questions.end());
    }
    constexpr std::size_t most = 32;
    if (questions.size() > most) questions.resize(most);
    if (!questions.empty()) divide(group, questions);
  }

  /// The result of an earlier way that looks the same from inside, or of walking this one.
  WayResult const& result_of(Way const& way) {
    WayNames names(way, library_.names());
    for (auto const& result : walked_.results)
      if (result->trace.holds(
              [&](std::vector<std::string> const& path) { return names.lookup(path); }, way.refs))
        return *result;
    walked_.results.push_back(std::make_unique<WayResult>(
        walk_way(source_, way, library_, walked_.cache, walked_.work_left)));
    WayResult const& result = *walked_.results.back();
    walked_.work_left -= std::min(walked_.work_left, result.work);
    return result;
  }

  void enter(Entrance entrance) {
    if (walked_.work_left == 0) return;
    RefClass const& refs = groups_[entrance.group].parts[entrance.part].refs;
    WayResult const& result = result_of({event_.name, refs, choices_[entrance.choice]});
    auto const found = std::find_if(alike_.begin(), alike_.end(),
                                    [&](Alike const& alike) { return alike.result == &result; });
    Alike& alike = found != alike_.end() ? *found : alike_.emplace_back(Alike{&result, {}});
    alike.ways.push_back(entrance);
  }

  void shut(Path& path) const {
    EventFilter const* filter = event_.branches ? &*event_.branches : nullptr;
    if (event_.tags) filter = &*event_.tags;
    yaml::Node const& node = filter == nullptr ? *event_.node : *filter->node;
    path.reach = Reach::impossible;
    path.reasons = {{Reason::Kind::no_ref,
                     "the event's filters let no branch or tag through",
                     {std::string(source_.file), node.begin, node.end},
                     {}}};
  }

  void add_reached(Ending& ending, std::vector<Path>& paths) const {
    std::erase_if(ending.arrivals, [](Arrival const& arrival) { return !leads_on(arrival); });
    Path path = *ending.arrivals.front().path;
    path.event = &event_;
    for (Arrival const& arrival : ending.arrivals) {
      Path const& other = *arrival.path;
      if (other.reach == Reach::possible) path.reach = Reach::possible;
      path.health_check = path.health_check || other.health_check;
      path.environment_empty = path.environment_empty || other.environment_empty;
      for (std::string const& job : other.ships_over) add_unique(path.ships_over, job);
    }
    if (path.reach == Reach::possible) path.reasons.clear();
    path.inputs = chosen_inputs(ending);
    add_for_refs(ending, std::move(path), paths);
  }

  /// One path for each kind of ref that leads here.
  void add_for_refs(Ending const& ending, Path path, std::vector<Path>& paths) const {
    std::map<std::size_t, std::vector<bool>> parts;
    for (Arrival const& arrival : ending.arrivals) {
      for (Entrance const& way : *arrival.ways) {
        std::vector<bool>& leads = parts[way.group];
        leads.resize(groups_[way.group].parts.size(), false);
        leads[way.part] = true;
      }
    }
    bool const all_kinds =
        parts.size() == 2 && std::all_of(parts.begin(), parts.end(), [&](auto const& entry) {
          RefGroup const& group = groups_[entry.first];
          return !group.filter && filter_of(group, entry.second).empty();
        });
    for (auto const& [index, leads] : parts) {
      path.ref_kind = all_kinds ? RefKind::any : groups_[index].kind;
      path.filter = filter_of(groups_[index], leads);
      paths.push_back(path);
      if (all_kinds) break;
    }
  }

  void add_impossible(Ending const& ending, std::vector<Path>& paths) const {
    Path path = *ending.arrivals.front().path;
    path.event = &event_;
    if (lets_nothing_through_) shut(path);
    path.ref_kind = groups_.size() == 1 ? groups_.front().kind : RefKind::any;
    if (groups_.size() == 1) path.filter = groups_.front().filter.value_or(path.filter);
    paths.push_back(std::move(path));
  }

  /// Choices of the event that do not all lead here.
  std::vector<std::pair<std::string, std::vector<std::string>>> chosen_inputs(
      Ending const& ending) const {
    std::vector<std::pair<std::string, std::vector<std::string>>> inputs;
    for (auto const& [name, first] : choices_.front()) {
      std::vector<std::string> here;
      std::vector<std::string> all;
      for (Choices const& choice : choices_)
        if (auto const text = text_of(choice.at(name))) add_unique(all, *text);
      for (Arrival const& arrival : ending.arrivals)
        for (Entrance const& way : *arrival.ways)
          if (auto const text = text_of(choices_[way.choice].at(name))) add_unique(here, *text);
      std::string const shown = name.starts_with("inputs.") ? name.substr(7) : name;
      if (!here.empty() && here.size() < all.size()) inputs.emplace_back(shown, std::move(here));
    }
    return inputs;
  }

  WorkflowSource const& source_;
  Event const& event_;
  Library& library_;
  Walked& walked_;
  std::vector<RefGroup> groups_;
  std::vector<Choices> choices_;
  bool lets_nothing_through_ = false;
  std::vector<Alike> alike_;
};

/// A path that cannot be taken may not know its target: then it is where the step leads otherwise.
void name_impossible_targets(std::vector<Path>& paths) {
  for (Path& path : paths) {
    if (path.reach != Reach::impossible || path.target_known) continue;
    for (Path const& other : paths) {
      if (!other.target_known || other.place.begin != path.place.begin ||
          other.place.file != path.place.file)
        continue;
      path.target = other.target;
      path.target_known = true;
      break;
    }
  }
}

/// One script may lead to one target by several of its branches.
void drop_repeated(std::vector<Path>& paths) {
  std::set<std::string> seen;
  std::erase_if(paths, [&](Path const& path) {
    std::string key = fmt::format("{}:{}:{}:{}:{}:{}", path.place.file, path.place.begin.byte,
                                  static_cast<int>(path.ref_kind), join(path.filter, " "),
                                  path.target, path.environment());
    for (Hop const& hop : path.hops) key += ":" + std::string(hop.job->id);
    for (auto const& [name, values] : path.inputs) key += ":" + name + "=" + join(values, " ");
    key += ":" + std::string(path.event->name) + ":" + path.deploy.tool + ":" + path.deploy.within;
    return !seen.insert(std::move(key)).second;
  });
}

/// What could not be followed, from all legs that were walked: each step once.
std::vector<UnreadCall> unread_calls(WalkCache const& cache) {
  std::vector<UnreadCall> all = cache.unread;
  for (auto const& [job, legs] : cache.legs)
    for (WalkedLeg const& leg : legs)
      all.insert(all.end(), leg.result.unread.begin(), leg.result.unread.end());
  auto const key = [](UnreadCall const& call) {
    return std::tuple(std::string_view(call.place.file), call.place.begin.byte);
  };
  std::sort(all.begin(), all.end(), [&](UnreadCall const& a, UnreadCall const& b) {
    return std::tuple(key(a), std::string_view(a.call)) < std::tuple(key(b), b.call);
  });
  auto const last = std::unique(all.begin(), all.end(),
                                [&](auto const& a, auto const& b) { return key(a) == key(b); });
  all.erase(last, all.end());
  return all;
}

}  // namespace

std::string_view ref_kind_name(RefKind kind) {
  switch (kind) {
    case RefKind::any:
      return "any";
    case RefKind::branch:
      return "branch";
    case RefKind::tag:
      return "tag";
  }
  unreachable_here("a RefKind that there is not");
}

std::string const& Path::environment() const {
  static std::string const none;
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop)
    if (!hop->environment.empty()) return hop->environment;
  return none;
}

bool may_deploy(Workflow const& workflow) {
  return std::any_of(workflow.jobs.begin(), workflow.jobs.end(),
                     [](Job const& job) { return may_deploy(job); });
}

FilePaths deploy_paths(WorkflowSource const& source, Library& library, WalkLimits limits) {
  FilePaths result;
  if (!may_deploy(source.workflow)) return result;
  Walked walked{.work_left = limits.work};
  for (Event const& event : source.workflow.events) {
    EventWalk walk(source, event, library, walked);
    result.too_much = !walk.walk() || result.too_much;
    walk.add_paths(result.paths);
    if (result.too_much) break;
  }
  if (result.paths.size() > limits.paths) {
    result.paths.resize(limits.paths);
    result.too_much = true;
  }
  result.unread = unread_calls(walked.cache);
  name_impossible_targets(result.paths);
  drop_repeated(result.paths);
  std::stable_sort(result.paths.begin(), result.paths.end(), [](Path const& a, Path const& b) {
    return std::tuple(a.place.begin.byte, a.step->number) <
           std::tuple(b.place.begin.byte, b.step->number);
  });
  return result;
}

}  // namespace landfall
