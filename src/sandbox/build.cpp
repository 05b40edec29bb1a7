#include "sandbox/build.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/archive.h"
#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_events.h"
#include "sandbox/log.h"
#include "sandbox/release.h"

namespace landfall::sandbox {
namespace {

bool is_process_type(std::string_view type) {
  bool const known = std::all_of(type.begin(), type.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  return known && !type.empty() && type.size() <= 128;
}

/// "SECRET" of "/folder/SECRET.tgz"; "" if the path is no such.
std::string secret_in(std::vector<std::string> const& segments, std::string_view folder) {
  if (segments.size() != 2 || segments[0] != folder || !segments[1].ends_with(".tgz")) return "";
  return segments[1].substr(0, segments[1].size() - 4);
}

Response blob_response(int status, std::string_view text) {
  return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::string(text)};
}

Response archive_response(std::string const& bytes) {
  return {.status = 200, .headers = {{"Content-Type", "application/gzip"}}, .body = bytes};
}

Response answer_source(State& state, Request const& request, std::string const& secret) {
  auto const source = state.heroku.sources.find(secret);
  if (source == state.heroku.sources.end()) return blob_response(404, "no such source\n");
  if (request.method == "PUT") {
    source->second.content = request.body;
    return blob_response(200, "");
  }
  if (request.method != "GET" && request.method != "HEAD") return blob_response(405, "");
  if (!source->second.content) return blob_response(404, "not uploaded yet\n");
  return archive_response(*source->second.content);
}

Slug* find_slug(State& state, std::string_view secret) {
  for (auto& [name, app] : state.heroku.apps) {
    for (auto& [id, slug] : app.slugs) {
      if (slug.secret == secret) return &slug;
    }
  }
  return nullptr;
}

/// Slugs travel with all files in the folder ./app, and are kept without it.
Result<std::string> stored_slug(std::string_view bytes) {
  auto const entries = without_top_directory(TRY(unpack(bytes)));
  return pack(entries);
}

Response answer_slug(State& state, Request const& request, std::string const& secret, Instant now) {
  Slug* const slug = find_slug(state, secret);
  if (slug == nullptr) return blob_response(404, "no such slug\n");
  if (request.method == "PUT") {
    if (slug->uploaded) return blob_response(409, "already uploaded\n");
    auto archive = stored_slug(request.body);
    if (!archive) return blob_response(400, archive.error().text + "\n");
    slug->checksum = "SHA256:" + sha256(*archive);
    slug->archive = *std::move(archive);
    slug->uploaded = true;
    slug->created_at = now;
    return blob_response(200, "");
  }
  if (request.method != "GET" && request.method != "HEAD") return blob_response(405, "");
  if (!slug->uploaded) return blob_response(404, "not uploaded yet\n");
  return archive_response(slug->archive);
}

}  // namespace

std::map<std::string, std::string, std::less<>> read_procfile(std::string_view text) {
  std::map<std::string, std::string, std::less<>> types;
  for (std::string const& line : lines_of(text)) {
    std::size_t const colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::string_view const type = trim(std::string_view(line).substr(0, colon));
    std::string_view const command = trim(std::string_view(line).substr(colon + 1));
    if (is_process_type(type) && !command.empty())
      types.insert_or_assign(std::string(type), command);
  }
  return types;
}

Result<Slug> slug_of_tree(State& state, Tree const& tree, std::string const& commit, Instant now) {
  std::vector<ArchiveEntry> entries;
  for (auto const& [path, file] : tree) {
    entries.push_back({path, EntryKind::file, file.mode, file.content});
  }
  Slug slug;
  slug.id = state.random.uuid();
  slug.secret = state.secret();
  slug.commit = commit;
  slug.buildpack = "Procfile";
  slug.archive = TRY(pack(entries));
  slug.checksum = "SHA256:" + sha256(slug.archive);
  slug.created_at = now;
  auto const procfile = tree.find("Procfile");
  if (procfile != tree.end()) slug.process_types = read_procfile(procfile->second.content);
  return slug;
}

namespace {

/// The slug that a build has made, kept by its app.
std::string keep_slug(State& state, App& app, Build const& build, Built built, Instant now) {
  Slug slug;
  slug.id = state.random.uuid();
  slug.secret = state.secret();
  slug.stack = app.build_stack.empty() ? app.stack : app.build_stack;
  slug.commit = build.source_version;
  slug.commit_description = build.source_description;
  slug.buildpack = std::move(built.buildpack);
  slug.process_types = std::move(built.process_types);
  slug.checksum = "SHA256:" + built.slug.sha256;
  slug.archive = std::move(built.slug.archive);
  slug.created_at = now;
  std::string id = slug.id;
  app.slugs.emplace(id, std::move(slug));
  return id;
}

}  // namespace

std::string finish_build(State& state, App& app, Build& build, std::optional<Built> built,
                         Instant now) {
  build.updated_at = now;
  build.status = built ? BuildStatus::succeeded : BuildStatus::failed;
  if (!built) {
    add_log(app, {now, "app", "api",
                  "Build failed -- check your build output: " +
                      heroku_url(state, "/streams/" + build.output_secret)});
    tell_build(state, app, build, "update", now);
    return "";
  }
  build.slug = keep_slug(state, app, build, *std::move(built), now);
  std::string const commit = build.source_version.empty() ? *build.slug : build.source_version;
  Release const& release = add_release(
      state, app,
      {.user = build.user, .description = "Deploy " + commit.substr(0, 8), .slug = build.slug},
      now);
  build.release = release.id;
  add_log(app, {now, "app", "api", "Build succeeded"});
  tell_build(state, app, build, "update", now);
  std::string_view const declared =
      " !     Release command declared: this new release will not be available until the command "
      "succeeds.\n";
  bool const has_phase = app.slugs.at(*build.slug).process_types.contains("release");
  return fmt::format("\n-----> Launching...\n{}       Released v{}\n       {} deployed to Heroku\n",
                     has_phase ? declared : "", release.version, web_url(state, app));
}

Result<std::string> uploaded_source(State const& state, std::string_view url) {
  auto const parsed = parse_url(url);
  bool const own = parsed && parsed->port == state.ports.heroku &&
                   (parsed->host == "127.0.0.1" || parsed->host == "localhost");
  std::string const secret = own ? secret_in(parsed->segments(), "source-blobs") : "";
  auto const source = state.heroku.sources.find(secret);
  if (source == state.heroku.sources.end()) return fail(ErrorKind::missing, "not a source of ours");
  if (!source->second.content) return fail(ErrorKind::data, "The source was never uploaded.");
  return *source->second.content;
}

std::optional<Response> answer_blob(State& state, Request const& request, Url const& url,
                                    Instant now) {
  std::vector<std::string> const segments = url.segments();
  std::string const source = secret_in(segments, "source-blobs");
  if (!source.empty()) return answer_source(state, request, source);
  std::string const slug = secret_in(segments, "slug-blobs");
  if (!slug.empty()) return answer_slug(state, request, slug, now);
  return std::nullopt;
}

std::optional<StreamText> find_stream(State const& state, std::string_view secret) {
  if (secret.empty()) return std::nullopt;
  for (auto const& [name, app] : state.heroku.apps) {
    for (Build const& build : app.builds) {
      if (build.output_secret == secret) {
        return StreamText{build.status != BuildStatus::pending, build.output};
      }
    }
    for (Release const& release : app.releases) {
      if (release.output_secret == secret) {
        return StreamText{release.status != ReleaseStatus::pending, release.output};
      }
    }
  }
  return std::nullopt;
}

}  // namespace landfall::sandbox
