#include "audit/audit.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "audit/path_refs.h"
#include "audit/site.h"
#include "audit/summary.h"

namespace landfall {
namespace {

/// GitHub itself takes no larger workflow.
constexpr yaml::Limits limits{.bytes = 1 << 20, .nodes = 100'000};

bool is_refused(std::vector<SchemaProblem> const& problems) {
  return std::any_of(problems.begin(), problems.end(), [](SchemaProblem const& problem) {
    return problem.kind != SchemaProblem::Kind::doubtful;
  });
}

/// Who names an action's file wants it judged as such.
bool is_action(std::string_view path) {
  std::string_view const name = path.substr(path.rfind('/') + 1);
  return (name == "action.yml" || name == "action.yaml") && !path.starts_with(".github/workflows/");
}

bool filters_by_paths(std::vector<FileSummary> const& files) {
  for (FileSummary const& file : files)
    for (FileSummary::EventSummary const& event : file.events)
      if (event.paths) return true;
  return false;
}

class Audit {
 public:
  explicit Audit(AuditInput input)
      : input_(std::move(input)), library_(input_.read, input_.names) {}

  AuditResult run() {
    for (std::string const& path : input_.files) look_at(path);
    drop_called_alone();
    if (input_.refs) join_refs(result_.files, *input_.refs);
    AuditedRepository repository{std::move(result_.files), input_.names, std::move(input_.refs)};
    if (repository.refs && !repository.refs->files && input_.tracked_files &&
        filters_by_paths(repository.files))
      repository.refs->files = input_.tracked_files();
    for (Rule const& rule : rules())
      if (rule.repository != nullptr) rule.repository(repository, findings_);
    result_.files = std::move(repository.files);
    result_.findings = findings_.take();
    ignore();
    sort();
    return std::move(result_);
  }

 private:
  void look_at(std::string const& path) {
    std::optional<std::string> text = input_.read(path);
    if (!text) {
      result_.unread.push_back(path);
      return;
    }
    result_.bytes += text->size();
    note_ignores(path, *text);
    auto const document = yaml::read(std::move(*text), limits);
    if (!document) {
      yaml::Problem const& problem = document.error();
      findings_.add(
          {.rule = "workflow-invalid",
           .place = {path, problem.mark, problem.mark},
           .message = problem.text + ": GitHub refuses the file and runs none of its jobs"});
      result_.files.push_back({.path = path, .name = path, .refused = true});
      return;
    }
    judge(path, *document);
  }

  void judge(std::string const& path, yaml::Document const& document) {
    std::vector<SchemaProblem> const problems =
        is_action(path) ? judge_action(document.root(), document.text())
                        : judge_workflow(document.root(), document.text());
    bool const refused = is_refused(problems);
    Workflow const workflow = read_workflow(document.root());
    FilePaths found;
    if (!refused) found = deploy_paths({path, document.text(), workflow}, library_);
    FileReadings readings;
    AuditedFile const file{.path = path,
                           .document = &document,
                           .problems = &problems,
                           .workflow = &workflow,
                           .paths = &found.paths,
                           .library = &library_,
                           .readings = &readings,
                           .other_ids = &input_.other_ids,
                           .fixes = input_.fixes};
    for (Rule const& rule : rules())
      if (rule.file != nullptr) rule.file(file, findings_);
    result_.files.push_back(summarise(file));
    result_.files.back().refused = refused;
    result_.files.back().too_much = found.too_much;
    result_.files.back().unread = std::move(found.unread);
  }

  /// The paths of a called workflow are those of its callers, where there are any.
  void drop_called_alone() {
    std::set<std::string, std::less<>> called;
    for (FileSummary const& file : result_.files)
      for (auto const& [path, place] : file.calls) called.insert(path);
    for (FileSummary& file : result_.files)
      if (called.contains(file.path))
        std::erase_if(file.paths,
                      [](PathSummary const& path) { return path.event == "workflow_call"; });
  }

  void note_ignores(std::string const& path, std::string_view text) {
    std::vector<IgnoreComment> comments = read_ignores(path, text);
    seen_.insert(path);
    result_.ignores.insert(result_.ignores.end(), std::make_move_iterator(comments.begin()),
                           std::make_move_iterator(comments.end()));
  }

  /// Findings in scripts and actions are silenced there.
  void ignore() {
    for (AuditFinding const& finding : result_.findings) {
      if (seen_.contains(finding.place.file)) continue;
      if (auto const text = library_.text(finding.place.file))
        note_ignores(finding.place.file, *text);
    }
    result_.ignored = take_ignored(result_.ignores, result_.findings);
  }

  /// By place; files as they were given, then those that they led to.
  void sort() {
    std::map<std::string_view, std::size_t> order;
    for (std::string const& path : input_.files) order.emplace(path, order.size());
    using Key = std::tuple<std::size_t, std::string_view, std::uint32_t, std::uint32_t,
                           std::string_view, std::size_t>;
    std::vector<Key> keys;
    for (AuditFinding const& finding : result_.findings) {
      Place const& place = finding.place;
      auto const file = order.find(place.file);
      keys.emplace_back(file == order.end() ? order.size() : file->second, place.file,
                        place.begin.line, place.begin.column, finding.rule, keys.size());
    }
    std::sort(keys.begin(), keys.end());
    std::vector<AuditFinding> sorted;
    for (Key const& key : keys) sorted.push_back(std::move(result_.findings[std::get<5>(key)]));
    result_.findings = std::move(sorted);
  }

  AuditInput input_;
  Library library_;
  Findings findings_;
  std::set<std::string> seen_;
  AuditResult result_;
};

}  // namespace

FileSummary const* AuditedRepository::file(std::string_view path) const {
  auto const found = std::find_if(files.begin(), files.end(),
                                  [&](FileSummary const& each) { return each.path == path; });
  return found == files.end() ? nullptr : &*found;
}

AuditResult audit(AuditInput input) {
  return Audit(std::move(input)).run();
}

}  // namespace landfall
