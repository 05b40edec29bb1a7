#include "collect/path_refs.h"

#include <set>

#include "base/text.h"
#include "workflow/deploy_paths.h"

namespace landfall {

Result<> derive_path_refs(Store& store, Instant now) {
  sql::Database& database = store.database();
  sql::Rows const paths = TRY(database.query(
      "SELECT DISTINCT repository, path, job, event, ref_kind, filter FROM deploy_path "
      "WHERE valid_to IS NULL AND filter <> ''"));
  std::vector<Fact> facts;
  std::set<std::string> taken;
  for (sql::Row const& path : paths) {
    std::vector<std::string> const patterns = split(path.text("filter"), ' ');
    sql::Rows const refs = TRY(database.query(
        "SELECT tag AS ref, 'tag' AS kind FROM git_tag WHERE repository = :repository AND valid_to "
        "IS NULL "
        "UNION SELECT branch, 'branch' FROM branch WHERE repository = :repository AND valid_to IS "
        "NULL "
        "UNION SELECT ref, 'run' FROM run WHERE repository = :repository AND path = :path "
        "AND event = :event AND valid_to IS NULL "
        "UNION SELECT ref, 'run' FROM deployment WHERE repository = :repository AND valid_to IS "
        "NULL",
        {{":repository", path["repository"]}, {":path", path["path"]}, {":event", path["event"]}}));
    for (sql::Row const& ref : refs) {
      std::string const kind = ref.text("kind");
      bool const same_kind =
          kind == "run" || path.text("ref_kind") == "any" || kind == path.text("ref_kind");
      if (!same_kind || !filter_matches(patterns, ref.text("ref"))) continue;
      std::string key = path.text("repository") + '\n' + path.text("path") + '\n' +
                        path.text("job") + '\n' + path.text("event") + '\n' + path.text("filter") +
                        '\n' + ref.text("ref");
      if (!taken.insert(std::move(key)).second) continue;
      facts.push_back({{"repository", path["repository"]},
                       {"path", path["path"]},
                       {"job", path["job"]},
                       {"event", path["event"]},
                       {"filter", path["filter"]},
                       {"ref", ref["ref"]}});
    }
  }
  TRY(store.replace("path_ref", {}, facts, 0, now));
  return derive_path_policies(store, now);
}

}  // namespace landfall
