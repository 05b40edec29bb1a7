#include "base/text.h"
#include "collect/github.h"
#include "collect/rows.h"
#include "workflow/deploy_paths.h"

namespace landfall {
namespace {

// A private repository's download_url carries a token.
Json without_urls(Json json) {
  return without_members(std::move(json), {"download_url"});
}

Ask contents_ask(std::string const& repository, std::string const& branch,
                 std::string const& path) {
  std::string encoded;
  for (std::string const& part : split(path, '/')) encoded += "/" + url_encode(part);
  return {.service = Service::github,
          .source = "github.files",
          .path = repository_path(repository, "/contents" + encoded + "?ref=" + url_encode(branch)),
          .redact = without_urls};
}

}  // namespace

Ask workflow_folder_ask(std::string const& repository, std::string const& branch) {
  return contents_ask(repository, branch, ".github/workflows");
}

Result<std::vector<std::string>> workflow_paths(Json const& json) {
  std::vector<std::string> paths;
  for (Json const& item : *TRY(json.items())) {
    std::string path = TRY(item.text("path"));
    bool const is_file = TRY(item.text("type")) == "file";
    // GitHub reads both endings, and no folder below this one.
    if (is_file && (path.ends_with(".yml") || path.ends_with(".yaml")))
      paths.push_back(std::move(path));
  }
  return paths;
}

Ask workflow_file_ask(std::string const& repository, std::string const& branch,
                      std::string const& path) {
  return contents_ask(repository, branch, path);
}

Result<std::string> workflow_text(Json const& json) {
  std::string const encoding = TRY(json.text("encoding"));
  if (encoding != "base64")
    return fail(ErrorKind::data,
                "encoding: expected base64, found " + printable(encoding.substr(0, 40)));
  auto text = from_base64(TRY(json.text("content")));
  if (!text) return fail(ErrorKind::data, "content: is not base64");
  return *std::move(text);
}

Result<std::vector<Fact>> workflow_facts(std::string const& repository, std::string const& path,
                                         std::string_view text, ReadText const& read) {
  std::vector<Fact> facts;
  for (DeployPath const& way : TRY(heroku_paths(text, path, read))) {
    facts.push_back({{"repository", repository},
                     {"path", path},
                     {"job", way.job},
                     {"step", way.step},
                     {"line", way.line},
                     {"event", way.event},
                     {"ref_kind", ref_kind_name(way.ref_kind)},
                     {"filter", join(way.filter, " ")},
                     {"app", way.app},
                     {"app_known", way.app_known},
                     {"tool", way.tool},
                     {"environment", way.environment},
                     {"dont_autocreate", way.dont_autocreate},
                     {"health_check", way.health_check}});
  }
  return facts;
}

}  // namespace landfall
