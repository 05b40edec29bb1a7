#include "audit/stage.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "workflow/expression.h"

namespace landfall {
namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Stage stage_of_word(std::string_view word) {
  if (is_one_of(word, {"prod", "production", "prd", "live"})) return Stage::production;
  if (is_one_of(word, {"staging", "stage", "stg", "dev", "develop", "development", "test",
                       "testing", "qa", "uat", "sandbox", "preview", "preprod", "preproduction",
                       "nonprod", "demo", "review", "canary"}))
    return Stage::other;
  return Stage::unsaid;
}

}  // namespace

Stage stage_of(std::string_view name) {
  Stage stage = Stage::unsaid;
  std::string word;
  bool contradicts = false;
  auto const take = [&] {
    Stage const said = stage_of_word(word);
    contradicts = contradicts || (said != Stage::unsaid && stage != Stage::unsaid && said != stage);
    if (said != Stage::unsaid) stage = said;
    word.clear();
  };
  for (char const c : lower(name)) {
    bool const is_letter = c >= 'a' && c <= 'z';
    if (is_letter) word += c;
    if (!is_letter) take();
  }
  take();
  return contradicts ? Stage::unsaid : stage;
}

Stage stage_of(Path const& path) {
  if (Stage const said = stage_of(path.target); path.target_known && said != Stage::unsaid)
    return said;
  if (Stage const said = stage_of(readable(path.deploy.within)); said != Stage::unsaid) return said;
  if (Stage const said = stage_of(path.environment()); said != Stage::unsaid) return said;
  for (auto const& [name, values] : path.inputs)
    if (Stage const said = values.size() == 1 ? stage_of(values[0]) : Stage::unsaid;
        said != Stage::unsaid)
      return said;
  for (auto hop = path.hops.rbegin(); hop != path.hops.rend(); ++hop)
    if (Stage const said = stage_of(hop->job->id); said != Stage::unsaid) return said;
  std::string_view const file = path.hops.front().file;
  return stage_of(file.substr(file.rfind('/') + 1));
}

bool is_production(Path const& path) {
  return path.deploy.role != DeployRole::release && stage_of(path) == Stage::production;
}

}  // namespace landfall
