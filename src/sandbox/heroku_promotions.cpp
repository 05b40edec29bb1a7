// Promotions: the source's slug in a new release of each target.
// https://devcenter.heroku.com/articles/pipelines#promoting
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_json.h"
#include "sandbox/heroku_pipelines.h"
#include "sandbox/release.h"

namespace landfall::sandbox {
namespace {

std::size_t const targets_max = 100;

bool is_pending(Promotion const& promotion) {
  return std::any_of(
      promotion.targets.begin(), promotion.targets.end(),
      [](PromotionTarget const& target) { return target.status == PromotionStatus::pending; });
}

Json promotion_json(Promotion const& promotion) {
  return Json::object({
      {"created_at", iso8601(promotion.created_at)},
      {"id", promotion.id},
      {"pipeline", only_id(promotion.pipeline)},
      {"source",
       Json::object({{"app", only_id(promotion.app)}, {"release", only_id(promotion.release)}})},
      {"status", is_pending(promotion) ? "pending" : "completed"},
      {"updated_at", iso8601(promotion.updated_at)},
  });
}

char const* word(PromotionStatus status) {
  switch (status) {
    case PromotionStatus::pending:
      return "pending";
    case PromotionStatus::succeeded:
      return "succeeded";
    case PromotionStatus::failed:
      return "failed";
  }
  unreachable_here("a promotion's status");
}

Json target_json(Promotion const& promotion, PromotionTarget const& target) {
  return Json::object({
      {"app", only_id(target.app)},
      {"error_message", text_or_null(target.error)},
      {"id", target.id},
      {"pipeline_promotion", only_id(promotion.id)},
      {"release", target.release ? only_id(*target.release) : Json()},
      {"status", word(target.status)},
  });
}

/// What a promotion brings to each target.
struct Cargo {
  Slug slug;
  std::string description;  ///< "Promote shop-staging v4 1b9d6bcd"
};

std::string fault_of(Call const& call, Pipeline const& pipeline, App const* app) {
  if (app == nullptr) return "App was not found";
  if (!can_see(call.state, *app, call.user->login)) return "User does not have access to that app";
  Coupling const* const coupling = coupling_of(call.state, app->id);
  if (coupling == nullptr || coupling->pipeline != pipeline.id) return "App is not in the pipeline";
  return "";
}

PromotionTarget promote_to(Call& call, Pipeline const& pipeline, Cargo const& cargo,
                           std::string const& app_id) {
  PromotionTarget target{.id = call.state.random.uuid(), .app = app_id};
  App* const app = call.state.heroku.find(app_id);
  target.error = fault_of(call, pipeline, app);
  if (!target.error.empty()) {
    target.status = PromotionStatus::failed;
    return target;
  }
  app->slugs.insert_or_assign(cargo.slug.id, cargo.slug);
  Release const& made = add_release(
      call.state, *app,
      {.user = call.user->login, .description = cargo.description, .slug = cargo.slug.id},
      call.now);
  target.release = made.id;
  if (made.status == ReleaseStatus::succeeded) target.status = PromotionStatus::succeeded;
  return target;
}

/// The ids of the targets; nullopt: malformed.
std::optional<std::vector<std::string>> read_targets(Json const& body) {
  auto const items = body.items("targets");
  if (!items || (*items)->empty() || (*items)->size() > targets_max) return std::nullopt;
  std::vector<std::string> ids;
  for (Json const& item : **items) {
    auto const id = item.text("app.id");
    if (!id) return std::nullopt;
    ids.push_back(*id);
  }
  return ids;
}

struct Origin {
  App* app = nullptr;
  Release const* release = nullptr;
};

std::optional<Response> read_origin(Call& call, Pipeline const& pipeline, Origin& origin) {
  auto const id = call.body.text("source.app.id");
  if (!id) return invalid_params("source.app.id: expected a string.");
  origin.app = call.state.heroku.find(*id);
  std::string const fault = fault_of(call, pipeline, origin.app);
  if (origin.app == nullptr) return heroku_not_found("app");
  if (!fault.empty()) return invalid_params("source: " + fault + ".");
  auto const wanted = call.body.text_or_null("source.release.id");
  if (!wanted) return invalid_params("source.release.id: expected a string.");
  origin.release = *wanted ? origin.app->release(**wanted) : origin.app->current();
  if (origin.release == nullptr) return heroku_not_found("release");
  if (!is_eligible_for_rollback(*origin.release)) {
    return invalid_params(fmt::format("Release v{} of {} has no code that could be promoted.",
                                      origin.release->version, origin.app->name));
  }
  return std::nullopt;
}

bool is_busy(State const& state, std::vector<std::string> const& targets) {
  for (Promotion const& promotion : state.heroku.promotions) {
    for (PromotionTarget const& target : promotion.targets) {
      bool const among = std::find(targets.begin(), targets.end(), target.app) != targets.end();
      if (among && target.status == PromotionStatus::pending) return true;
    }
  }
  return false;
}

Response create_promotion(Call& call) {
  auto const pipeline_id = call.body.text("pipeline.id");
  if (!pipeline_id) return invalid_params("pipeline.id: expected a string.");
  Pipeline const* const pipeline = find_pipeline(call.state, *pipeline_id);
  if (pipeline == nullptr || !can_see_pipeline(call.state, *pipeline, call.user->login)) {
    return heroku_not_found("pipeline");
  }
  Origin origin;
  if (auto refusal = read_origin(call, *pipeline, origin)) return *std::move(refusal);
  auto const targets = read_targets(call.body);
  if (!targets) return invalid_params("targets: expected objects with app.id.");
  if (std::find(targets->begin(), targets->end(), origin.app->id) != targets->end()) {
    return invalid_params("An app cannot be promoted to itself.");
  }
  if (is_busy(call.state, *targets)) return conflict("A promotion to that app is under way.");
  Promotion promotion{.id = call.state.random.uuid(), .pipeline = pipeline->id};
  promotion.app = origin.app->id;
  promotion.release = origin.release->id;
  promotion.created_at = call.now;
  promotion.updated_at = call.now;
  Slug const& slug = *origin.app->slug_of(*origin.release);
  Cargo const cargo{slug, fmt::format("Promote {} v{} {}", origin.app->name,
                                      origin.release->version, slug.commit.substr(0, 8))};
  for (std::string const& target : *targets) {
    promotion.targets.push_back(promote_to(call, *pipeline, cargo, target));
  }
  call.state.heroku.promotions.push_back(std::move(promotion));
  return json_response(201, promotion_json(call.state.heroku.promotions.back()));
}

Promotion const* promotion_of(Call& call) {
  for (Promotion const& promotion : call.state.heroku.promotions) {
    if (promotion.id != call.words[0]) continue;
    Pipeline const* const pipeline = find_pipeline(call.state, promotion.pipeline);
    bool const seen =
        pipeline != nullptr && can_see_pipeline(call.state, *pipeline, call.user->login);
    return seen ? &promotion : nullptr;
  }
  return nullptr;
}

Response show_promotion(Call& call) {
  Promotion const* const promotion = promotion_of(call);
  if (promotion == nullptr) return heroku_not_found("pipeline promotion");
  return json_response(200, promotion_json(*promotion));
}

Response list_targets(Call& call) {
  Promotion const* const promotion = promotion_of(call);
  if (promotion == nullptr) return heroku_not_found("pipeline promotion");
  Json::Array items;
  for (PromotionTarget const& target : promotion->targets) {
    items.push_back(target_json(*promotion, target));
  }
  return ranged_list(call, std::move(items), "id");
}

Route const routes[] = {
    {"POST", "/pipeline-promotions", create_promotion},
    {"GET", "/pipeline-promotions/{}", show_promotion},
    {"GET", "/pipeline-promotions/{}/promotion-targets", list_targets},
};

}  // namespace

std::span<Route const> promotion_routes() {
  return routes;
}

}  // namespace landfall::sandbox
