// What of the sandbox's Heroku is kept on disk: see record.h.
#pragma once

#include <boost/pfr/tuple_size.hpp>

#include "sandbox/heroku_state.h"
#include "sandbox/record.h"

namespace landfall::sandbox {

// A static_assert that fails: a member was added to the struct, and has to be added here too, or it
// would be lost when the sandbox starts again.

template <>
constexpr DynoState last_of<DynoState>() {
  return DynoState::down;
}
template <>
constexpr ReleaseStatus last_of<ReleaseStatus>() {
  return ReleaseStatus::failed;
}
template <>
constexpr BuildStatus last_of<BuildStatus>() {
  return BuildStatus::failed;
}
template <>
constexpr DeliveryStatus last_of<DeliveryStatus>() {
  return DeliveryStatus::failed;
}
template <>
constexpr PromotionStatus last_of<PromotionStatus>() {
  return PromotionStatus::failed;
}

template <class V>
void fields(V& visit, LogLine& value) {
  static_assert(boost::pfr::tuple_size_v<LogLine> == 4);
  visit("at", value.at);
  visit("source", value.source);
  visit("dyno", value.dyno);
  visit("text", value.text);
}

template <class V>
void fields(V& visit, Formation& value) {
  static_assert(boost::pfr::tuple_size_v<Formation> == 7);
  visit("id", value.id);
  visit("type", value.type);
  visit("command", value.command);
  visit("quantity", value.quantity);
  visit("size", value.size);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, OneOff& value) {
  static_assert(boost::pfr::tuple_size_v<OneOff> == 6);
  visit("command", value.command);
  visit("environment", value.environment);
  visit("attached", value.attached);
  visit("terminal", value.terminal);
  visit("secret", value.secret);
  visit("ends", value.ends);
}

template <class V>
void fields(V& visit, Dyno& value) {
  static_assert(boost::pfr::tuple_size_v<Dyno> == 14);
  visit("id", value.id);
  visit("name", value.name);
  visit("type", value.type);
  visit("command", value.command);
  visit("size", value.size);
  visit("release_id", value.release_id);
  visit("release_version", value.release_version);
  visit("state", value.state);
  visit("port", value.port);
  visit("crashes", value.crashes);
  visit("one_off", value.one_off);
  visit("cycles_at", value.cycles_at);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, Slug& value) {
  static_assert(boost::pfr::tuple_size_v<Slug> == 11);
  visit("id", value.id);
  visit("commit", value.commit);
  visit("commit_description", value.commit_description);
  visit("stack", value.stack);
  visit("checksum", value.checksum);
  visit("buildpack", value.buildpack);
  visit("process_types", value.process_types);
  visit.bytes("archive", value.archive);
  visit("uploaded", value.uploaded);
  visit("secret", value.secret);
  visit("created_at", value.created_at);
}

template <class V>
void fields(V& visit, Release& value) {
  static_assert(boost::pfr::tuple_size_v<Release> == 11);
  visit("id", value.id);
  visit("version", value.version);
  visit("description", value.description);
  visit("user", value.user);
  visit("slug", value.slug);
  visit("status", value.status);
  visit("config", value.config);
  visit("output", value.output);
  visit("output_secret", value.output_secret);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, Build& value) {
  static_assert(boost::pfr::tuple_size_v<Build> == 14);
  visit("id", value.id);
  visit("status", value.status);
  visit("user", value.user);
  visit("source_url", value.source_url);
  visit("source_version", value.source_version);
  visit("source_description", value.source_description);
  visit("source_checksum", value.source_checksum);
  visit("buildpacks", value.buildpacks);
  visit("slug", value.slug);
  visit("release", value.release);
  visit("output", value.output);
  visit("output_secret", value.output_secret);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, Domain& value) {
  static_assert(boost::pfr::tuple_size_v<Domain> == 3);
  visit("id", value.id);
  visit("hostname", value.hostname);
  visit("created_at", value.created_at);
}

template <class V>
void fields(V& visit, Attachment& value) {
  static_assert(boost::pfr::tuple_size_v<Attachment> == 4);
  visit("id", value.id);
  visit("app", value.app);
  visit("name", value.name);
  visit("created_at", value.created_at);
}

template <class V>
void fields(V& visit, AddOn& value) {
  static_assert(boost::pfr::tuple_size_v<AddOn> == 8);
  visit("id", value.id);
  visit("name", value.name);
  visit("plan", value.plan);
  visit("cents", value.cents);
  visit("config_vars", value.config_vars);
  visit("attachments", value.attachments);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, LogDrain& value) {
  static_assert(boost::pfr::tuple_size_v<LogDrain> == 5);
  visit("id", value.id);
  visit("url", value.url);
  visit("token", value.token);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, LogSession& value) {
  static_assert(boost::pfr::tuple_size_v<LogSession> == 8);
  visit("id", value.id);
  visit("app", value.app);
  visit("dyno", value.dyno);
  visit("source", value.source);
  visit("lines", value.lines);
  visit("tail", value.tail);
  visit("created_at", value.created_at);
  visit("expires_at", value.expires_at);
}

template <class V>
void fields(V& visit, AppWebhookEvent& value) {
  static_assert(boost::pfr::tuple_size_v<AppWebhookEvent> == 7);
  visit("id", value.id);
  visit("include", value.include);
  visit("action", value.action);
  visit("actor", value.actor);
  visit("data", value.data);
  visit("data_then", value.data_then);
  visit("created_at", value.created_at);
}

template <class V>
void fields(V& visit, AppWebhookDelivery& value) {
  static_assert(boost::pfr::tuple_size_v<AppWebhookDelivery> == 13);
  visit("id", value.id);
  visit("event", value.event);
  visit("include", value.include);
  visit("webhook", value.webhook);
  visit("status", value.status);
  visit("attempts", value.attempts);
  visit("attempt_id", value.attempt_id);
  visit("code", value.code);
  visit("error", value.error);
  visit("attempted_at", value.attempted_at);
  visit("next_attempt_at", value.next_attempt_at);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, AppWebhook& value) {
  static_assert(boost::pfr::tuple_size_v<AppWebhook> == 8);
  visit("id", value.id);
  visit("include", value.include);
  visit("sync", value.sync);
  visit("url", value.url);
  visit("secret", value.secret);
  visit("authorization", value.authorization);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, App& value) {
  static_assert(boost::pfr::tuple_size_v<App> == 32);
  visit("id", value.id);
  visit("name", value.name);
  visit("host", value.host);
  visit("owner", value.owner);
  visit("team", value.team);
  visit("locked", value.locked);
  visit("region", value.region);
  visit("stack", value.stack);
  visit("build_stack", value.build_stack);
  visit("buildpacks", value.buildpacks);
  visit("maintenance", value.maintenance);
  visit("features", value.features);
  visit("access", value.access);
  visit("config", value.config);
  visit("domains", value.domains);
  visit("addons", value.addons);
  visit("drains", value.drains);
  visit("webhooks", value.webhooks);
  visit.each("webhook_events", value.webhook_events);
  visit.each("webhook_deliveries", value.webhook_deliveries);
  visit.each("releases", value.releases);
  visit.each("slugs", value.slugs);
  visit.each("builds", value.builds);
  visit("formation", value.formation);
  visit("dynos", value.dynos);
  visit("outgoing", value.outgoing);
  visit("requested_at", value.requested_at);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
  visit("archived_at", value.archived_at);
  visit.newest("logs", value.logs, value.logged);
  visit("logged", value.logged);
}

template <class V>
void fields(V& visit, Source& value) {
  static_assert(boost::pfr::tuple_size_v<Source> == 2);
  visit.bytes("content", value.content);
  visit("created_at", value.created_at);
}

template <class V>
void fields(V& visit, Letter& value) {
  static_assert(boost::pfr::tuple_size_v<Letter> == 6);
  visit("app", value.app);
  visit("delivery", value.delivery);
  visit("url", value.url);
  visit("authorization", value.authorization);
  visit("signature", value.signature);
  visit("body", value.body);
}

template <class V>
void fields(V& visit, HerokuTeam& value) {
  static_assert(boost::pfr::tuple_size_v<HerokuTeam> == 4);
  visit("id", value.id);
  visit("name", value.name);
  visit("members", value.members);
  visit("created_at", value.created_at);
}

template <class V>
void fields(V& visit, Pipeline& value) {
  static_assert(boost::pfr::tuple_size_v<Pipeline> == 6);
  visit("id", value.id);
  visit("name", value.name);
  visit("owner", value.owner);
  visit("of_team", value.of_team);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, Coupling& value) {
  static_assert(boost::pfr::tuple_size_v<Coupling> == 6);
  visit("id", value.id);
  visit("app", value.app);
  visit("pipeline", value.pipeline);
  visit("stage", value.stage);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, PromotionTarget& value) {
  static_assert(boost::pfr::tuple_size_v<PromotionTarget> == 5);
  visit("id", value.id);
  visit("app", value.app);
  visit("release", value.release);
  visit("status", value.status);
  visit("error", value.error);
}

template <class V>
void fields(V& visit, Promotion& value) {
  static_assert(boost::pfr::tuple_size_v<Promotion> == 7);
  visit("id", value.id);
  visit("pipeline", value.pipeline);
  visit("app", value.app);
  visit("release", value.release);
  visit("targets", value.targets);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, Buildpack& value) {
  static_assert(boost::pfr::tuple_size_v<Buildpack> == 2);
  visit("name", value.name);
  visit.bytes("archive", value.archive);
}

template <class V>
void fields(V& visit, Heroku& value) {  // but for the apps and sources, which are kept one by one
  static_assert(boost::pfr::tuple_size_v<Heroku> == 15);
  visit("log_sessions", value.log_sessions);
  visit("teams", value.teams);
  visit("account_features", value.account_features);
  visit("pipelines", value.pipelines);
  visit("couplings", value.couplings);
  visit("promotions", value.promotions);
  visit("letters", value.letters);
  visit("build_takes", value.build_takes);
  visit("buildpacks", value.buildpacks);
  visit("build_time_max", value.build_time_max);
  visit("slug_bytes_max", value.slug_bytes_max);
  visit("requests_an_hour", value.requests_an_hour);
  visit("confines_dynos", value.confines_dynos);
}

}  // namespace landfall::sandbox
