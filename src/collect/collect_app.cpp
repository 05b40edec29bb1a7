// One app: first the app itself, since without it nothing else can be known; then all its lists at
// once; the slugs when the releases say which.
#include <array>
#include <map>

#include "collect/heroku.h"
#include "collect/round.h"
#include "collect/rows.h"

namespace landfall {
namespace {

/// More releases back than this, nobody asks which commit ran.
constexpr std::size_t slugs_newest = 20;

using Facts = Result<std::vector<Fact>>;
using Reader = Facts (*)(std::string const&, Json const&);

class AppRound : public std::enable_shared_from_this<AppRound> {
 public:
  AppRound(std::shared_ptr<Round> round, std::string app, std::vector<Target> targets)
      : round_(std::move(round)), app_(std::move(app)), targets_(std::move(targets)) {}

  void start() {
    round_->ask(heroku_app_ask(app_),
                [self = shared_from_this()](std::int64_t evidence, Result<Answer> answer) {
                  Result<> const read = answer ? self->take_app(evidence, answer->json)
                                               : std::unexpected(answer.error());
                  if (read)
                    self->ask_rest();
                  else
                    self->app_failed(evidence, read.error());
                  self->ask_probes(answer ? "" : answer.error().code);
                });
  }

 private:
  enum class Covers { now, since_creation };

  /// Where the facts of a source go.
  struct Kept {
    std::string_view table;
    std::string_view scope;  ///< the column that names the app
    std::string source;
    Covers covers;
  };

  Result<> take_app(std::int64_t evidence, Json const& json) {
    std::vector<Fact> const facts = TRY(during("$", heroku_app_facts(app_, json)));
    created_at_ = from_epoch_seconds(column_of(facts[0], "created_at")->integer());
    web_url_ = column_of(facts[0], "web_url")->maybe_text();
    // Its existence, all that a look at the past needs of it, is known from its creation on.
    store({"app", "name", "heroku.app", Covers::since_creation}, facts, evidence);
    return {};
  }

  void app_failed(std::int64_t evidence, Error const& error) {
    static constexpr std::array<std::string_view, 8> all{
        "heroku.app",   "heroku.releases", "heroku.formation", "heroku.dynos",
        "heroku.slugs", "heroku.builds",   "heroku.domains",   "heroku.config"};
    round_->observe(observation_of(app_, "heroku.app", error), all, evidence);
  }

  void ask_rest() {
    ask_list(heroku_formation_ask(app_), "formation", heroku_formation_facts, Covers::now);
    ask_list(heroku_dynos_ask(app_), "dyno", heroku_dynos_facts, Covers::now);
    ask_list(heroku_builds_ask(app_), "build", heroku_builds_facts, Covers::since_creation);
    ask_list(heroku_domains_ask(app_), "domain", heroku_domains_facts, Covers::now);
    ask_list(heroku_config_vars_ask(app_), "config_var", heroku_config_vars_facts, Covers::now);
    round_->ask(heroku_releases_ask(app_),
                [self = shared_from_this()](std::int64_t evidence, Result<Answer> answer) {
                  Result<> const read = answer ? self->take_releases(evidence, answer->json)
                                               : std::unexpected(answer.error());
                  if (read) return;
                  self->failed("heroku.releases", evidence, read.error());
                  self->failed("heroku.slugs", evidence, read.error());
                });
  }

  void ask_list(Ask ask, std::string_view table, Reader reader, Covers covers) {
    std::string const source = ask.source;
    round_->ask(std::move(ask), [self = shared_from_this(), source, table, reader, covers](
                                    std::int64_t evidence, Result<Answer> answer) {
      Facts const facts =
          answer ? reader(self->app_, answer->json) : std::unexpected(answer.error());
      if (facts)
        self->store({table, "app", source, covers}, *facts, evidence);
      else
        self->failed(source, evidence, facts.error());
    });
  }

  void store(Kept const& kept, std::vector<Fact> const& facts, std::int64_t evidence) {
    round_->write([&]() -> Result<> {
      Instant const now = round_->world.now();
      std::vector<Fact> const rows = without_repeats(kept.table, facts);
      TRY(round_->store.replace(kept.table, {{kept.scope, app_}}, rows, evidence, now));
      return round_->store.observe(observed(kept.source, kept.covers), evidence, now);
    });
  }

  Observation observed(std::string const& source, Covers covers) const {
    return {.subject = app_,
            .source = source,
            .covers_from =
                covers == Covers::since_creation ? std::optional(created_at_) : std::nullopt};
  }

  void failed(std::string const& source, std::int64_t evidence, Error const& error) {
    round_->write([&] {
      return round_->store.observe(observation_of(app_, source, error), evidence,
                                   round_->world.now());
    });
  }

  // Releases wait for the slugs that name their commits, so that no release is seen to change.

  Result<> take_releases(std::int64_t evidence, Json const& json) {
    releases_ = without_repeats("release", TRY(heroku_releases_facts(app_, json)));
    live_ = TRY(heroku_live_release_facts(app_, json));
    releases_evidence_ = evidence;
    slugs_evidence_ = evidence;
    auto const known = round_->store.database().query(
        "SELECT id, commit_id FROM slug WHERE app = ? AND valid_to IS NULL", {app_});
    if (known)
      for (sql::Row const& row : *known) commits_[row.text("id")] = row["commit_id"];
    std::vector<std::string> const slugs = slugs_to_ask(releases_, commits_, slugs_newest);
    slugs_open_ = slugs.size();
    if (slugs.empty()) store_releases();
    for (std::string const& slug : slugs) ask_slug(slug);
    return {};
  }

  void ask_slug(std::string const& slug) {
    round_->ask(heroku_slug_ask(app_, slug),
                [self = shared_from_this(), slug](std::int64_t evidence, Result<Answer> answer) {
                  Facts const facts = answer ? heroku_slug_facts(self->app_, answer->json)
                                             : std::unexpected(answer.error());
                  if (facts)
                    self->take_slug(slug, evidence, *facts);
                  else
                    self->slug_failed(slug, evidence, facts.error());
                  if (--self->slugs_open_ == 0) self->store_releases();
                });
  }

  void take_slug(std::string const& slug, std::int64_t evidence, std::vector<Fact> const& facts) {
    commits_[slug] = *column_of(facts[0], "commit_id");
    slugs_evidence_ = evidence;
    round_->write(
        [&] { return round_->store.merge("slug", facts, evidence, round_->world.now()); });
  }

  // Heroku forgets old slugs: what is gone and not in force is no failure.
  void slug_failed(std::string const& slug, std::int64_t evidence, Error const& error) {
    bool const live = !live_.empty() && slug == slug_of(column_of(live_[0], "version")->integer());
    if (slug_error_ || (error.code == "not_found" && !live)) return;
    slug_error_ = error;
    slugs_evidence_ = evidence;
  }

  std::string slug_of(std::int64_t version) const {
    for (Fact const& release : releases_)
      if (column_of(release, "version")->integer() == version)
        return column_of(release, "slug_id")->text();
    return "";
  }

  void store_releases() {
    round_->write([&]() -> Result<> {
      Instant const now = round_->world.now();
      Fact const scope{{"app", app_}};
      TRY(round_->store.replace("release", scope, with_commits(releases_, commits_),
                                releases_evidence_, now));
      TRY(round_->store.replace("live_release", scope, live_, releases_evidence_, now));
      TRY(round_->store.observe(observed("heroku.releases", Covers::since_creation),
                                releases_evidence_, now));
      if (slug_error_)
        return round_->store.observe(observation_of(app_, "heroku.slugs", *slug_error_),
                                     slugs_evidence_, now);
      return round_->store.observe(observed("heroku.slugs", Covers::since_creation),
                                   slugs_evidence_, now);
    });
  }

  // The witnesses are asked whatever the platform says: they are the second opinion.
  void ask_probes(std::string_view app_error) {
    // Who may not ask at all has no business with the addresses of another day.
    if (!web_url_ && app_error != "no_token") web_url_ = web_url_of_before();
    bool const offline = app_error == "dns" || app_error == "connect" || app_error == "timeout";
    for (Target const& target : targets_) collect_probes(round_, target, web_url_, offline);
  }

  std::optional<std::string> web_url_of_before() const {
    auto const rows = round_->store.database().query(
        "SELECT web_url FROM app WHERE name = ? AND valid_to IS NULL", {app_});
    return rows && !rows->empty() ? rows->rows[0]["web_url"].maybe_text() : std::nullopt;
  }

  std::shared_ptr<Round> round_;
  std::string app_;
  std::vector<Target> targets_;
  Instant created_at_{};
  std::optional<std::string> web_url_;
  std::vector<Fact> releases_;
  std::vector<Fact> live_;
  std::map<std::string, sql::Value> commits_;  ///< by slug
  std::size_t slugs_open_ = 0;
  std::optional<Error> slug_error_;
  std::int64_t releases_evidence_ = 0;
  std::int64_t slugs_evidence_ = 0;
};

}  // namespace

void collect_app(std::shared_ptr<Round> const& round, std::string const& app,
                 std::vector<Target> const& targets) {
  std::make_shared<AppRound>(round, app, targets)->start();
}

}  // namespace landfall
