#include "sandbox/keeper.h"

namespace landfall::sandbox {

Result<bool> Keeper::open(std::string const& path) {
  auto saved = TRY(Saved::open(path));
  bool const found = TRY(saved->load(state_));
  saved_ = std::move(saved);
  return found;
}

void Keeper::touch(Platform platform, std::string_view method,
                   std::vector<std::string> const& segments) {
  bool const reads = method == "GET" || method == "HEAD" || method == "OPTIONS";
  if (reads || platform == Platform::router) return;
  App const* const app =
      platform == Platform::heroku && segments.size() > 2 && segments[0] == "apps"
          ? state_.heroku.find(segments[1])
          : nullptr;
  if (app != nullptr) return touch_app(app->id);
  Repository const* const repository =
      platform == Platform::github && segments.size() > 3 && segments[0] == "repos"
          ? state_.github.find(segments[1], segments[2])
          : nullptr;
  if (repository != nullptr) return touch_repository(repository->id);
  bool const is_upload = platform == Platform::heroku && !segments.empty() &&
                         (segments[0] == "sources" || segments[0] == "source-blobs");
  // It may be big, and changes nothing but the list of uploads.
  if (is_upload) return touch_rest();
  touch_all();
}

Result<> Keeper::save(Instant now) {
  if (!saved_ || !touched_.any()) return {};
  TRY(saved_->save(state_, touched_, now));
  touched_ = {};
  return {};
}

}  // namespace landfall::sandbox
