#include "sandbox/build_job.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "sandbox/build.h"

namespace landfall::sandbox {
namespace {

std::size_t const printed_max = 1 << 20;
std::size_t const buildpack_bytes_max = 64 << 20;
std::uint64_t const memory_max = std::uint64_t{4} << 30;

Result<> check_sum(std::optional<std::string> const& wanted, std::string_view source) {
  if (!wanted || lower(*wanted) == "sha256:" + sha256(source)) return {};
  return fail(ErrorKind::data, "the source's checksum is not the one that was announced");
}

std::string first_line(std::string_view text) {
  return std::string(trim(text.substr(0, text.find('\n'))));
}

bool is_built_in(ChosenBuildpack const& pack) {
  return pack.from == ChosenBuildpack::From::built_in ||
         pack.from == ChosenBuildpack::From::stand_in;
}

/// One file for each config var. https://devcenter.heroku.com/articles/buildpack-api#bin-compile
Result<> write_config(Files& files, std::string const& folder, Config const& config) {
  TRY(files.make_folder(folder));
  for (auto const& [name, value] : config) {
    // A name is what a request said; one with a slash would be a path.
    if (name.find('/') == std::string::npos)
      TRY(files.write_scratch(folder + "/" + name, value, 0600));
  }
  return {};
}

std::string joined(std::map<std::string, std::string, std::less<>> const& types) {
  std::vector<std::string> names;
  for (auto const& [type, command] : types) names.push_back(type);
  return names.empty() ? "(none)" : join(names, ", ");
}

}  // namespace

BuildJob::BuildJob(World const& world, BuildPlan plan, Print print, Done done)
    : world_(world), plan_(std::move(plan)), print_(std::move(print)), done_(std::move(done)) {
  for (ChosenBuildpack& chosen : plan_.buildpacks.buildpacks) packs_.push_back({std::move(chosen)});
}

void BuildJob::print(std::string_view text) {
  if (print_) print_(text);
}

void BuildJob::start() {
  std::string stack = plan_.stack;
  if (stack.starts_with("heroku")) stack[0] = 'H';
  print(fmt::format("-----> Building on the {} stack\n", stack));
  timeout_ = world_.loop.after(plan_.time_max, [weak = weak_from_this()] {
    auto const self = weak.lock();
    if (!self) return;
    auto const minutes = std::chrono::duration_cast<std::chrono::minutes>(self->plan_.time_max);
    std::string const name = self->at_ < self->packs_.size() ? self->packs_[self->at_].name : "";
    self->timeout_ = 0;
    self->cancel(
        fmt::format(" !     Timed out compiling {} app ({} minutes)\n"
                    " !     See https://devcenter.heroku.com/articles/"
                    "slug-compiler#time-limit\n",
                    name.empty() ? "the" : name, minutes.count()));
  });
}

void BuildJob::take(Result<std::string> source) {
  if (ended_) return;
  if (!source) return reject(source.error().text);
  unpack_source(*std::move(source));
}

template <class T>
void BuildJob::beside(std::move_only_function<T()> work, std::move_only_function<void(T)> then) {
  waits_ = true;
  world_.workers.ask<T>(std::move(work),
                        [self = shared_from_this(), then = std::move(then)](T result) mutable {
                          if (self->goes_on()) then(std::move(result));
                        });
}

void BuildJob::unpack_source(std::string source) {
  beside<Result<std::string>>(
      [&files = world_.files, folder = plan_.folder, checksum = plan_.checksum,
       bytes = std::move(source), config = plan_.config,
       is_wrapped = plan_.is_wrapped]() -> Result<std::string> {
        TRY(check_sum(checksum, bytes));
        TRY(write_config(files, folder + "/env", config));
        TRY(files.make_folder(folder + "/tmp"));
        TRY(files.make_folder(folder + "/home"));
        std::string root = folder + "/source";
        TRY(unpack_folder(files, bytes, root));
        if (is_wrapped) root = TRY(unwrapped(files, std::move(root)));
        TRY(apply_slugignore(files, root));
        return root;
      },
      [this](Result<std::string> root) {
        if (!root) return reject(root.error().text);
        root_ = *std::move(root);
        fetch_buildpack(0);
      });
}

void BuildJob::fetch_buildpack(std::size_t index) {
  auto const wanted =
      std::find_if(packs_.begin() + static_cast<std::ptrdiff_t>(index), packs_.end(),
                   [](Pack const& pack) { return pack.chosen.from == ChosenBuildpack::From::url; });
  if (wanted == packs_.end()) return unpack_buildpacks();
  Request request{.url = wanted->chosen.archive, .body_max = buildpack_bytes_max};
  std::size_t const found = static_cast<std::size_t>(wanted - packs_.begin());
  waits_ = true;
  world_.http.send(std::move(request), [self = shared_from_this(), found](Result<Response> answer) {
    if (!self->goes_on()) return;
    if (!answer || answer->status != 200) {
      return self->reject("error fetching custom buildpack " +
                          printable(self->packs_[found].chosen.name));
    }
    self->packs_[found].chosen.from = ChosenBuildpack::From::archive;
    self->packs_[found].chosen.archive = std::move(answer->body);
    self->fetch_buildpack(found + 1);
  });
}

void BuildJob::unpack_buildpacks() {
  std::vector<ChosenBuildpack> chosen;
  for (Pack const& pack : packs_) chosen.push_back(pack.chosen);
  using Roots = std::vector<std::string>;
  beside<Result<Roots>>(
      [&files = world_.files, chosen = std::move(chosen),
       folder = plan_.folder]() -> Result<Roots> {
        Roots roots;
        for (ChosenBuildpack const& one : chosen) {
          std::string const below = fmt::format("{}/buildpacks/{}", folder, roots.size());
          if (is_built_in(one)) {
            roots.emplace_back();
            continue;
          }
          TRY(during("buildpack " + printable(one.name), unpack_folder(files, one.archive, below)));
          bool const is_plain = files.exists(below + "/bin");
          roots.push_back(is_plain ? below : TRY(unwrapped(files, below)));
        }
        return roots;
      },
      [this](Result<Roots> roots) {
        if (!roots) return reject(roots.error().text);
        for (std::size_t i = 0; i < packs_.size(); ++i) packs_[i].root = roots->at(i);
        auto procfile = world_.files.read(root_ + "/Procfile", 1 << 20);
        if (procfile) procfile_ = *std::move(procfile);
        if (plan_.buildpacks.by_detection) {
          print("-----> Determining which buildpack to use for this app\n");
        } else if (packs_.size() == 1) {
          print(fmt::format("-----> Using buildpack: {}\n", packs_[0].chosen.name));
        } else {
          print("-----> Using buildpacks:\n");
          for (std::size_t i = 0; i < packs_.size(); ++i)
            print(fmt::format("       {}. {}\n", i + 1, packs_[i].chosen.name));
        }
        detect();
      });
}

void BuildJob::detect() {
  Pack& pack = packs_[at_];
  printed_.clear();
  if (!is_built_in(pack.chosen)) {
    return run({pack.root + "/bin/detect", root_}, Command::Output::bytes,
               [this](Exit exit) { detected(exit); });
  }
  bool const stands_in = pack.chosen.from == ChosenBuildpack::From::stand_in;
  printed_ = stands_in ? pack.chosen.name : "Procfile";
  detected({.code = stands_in || procfile_ ? 0 : 1});
}

/// One that was asked for has to fit; of the others the first that fits is the one.
void BuildJob::detected(Exit const& exit) {
  if (exit.code == 0) {
    packs_[at_].name = first_line(printed_);
    if (plan_.buildpacks.by_detection) {
      Pack chosen = std::move(packs_[at_]);
      packs_.clear();
      packs_.push_back(std::move(chosen));
      at_ = 0;
    }
    print(fmt::format("-----> {} app detected\n", packs_[at_].name));
    return compile();
  }
  if (!plan_.buildpacks.by_detection) return refuse_detection(packs_[at_]);
  if (++at_ < packs_.size()) return detect();
  fail(
      " !     No default language could be detected for this app.\n"
      "\t\t\tHINT: This occurs when Heroku cannot detect the buildpack to use for this "
      "application automatically.\n"
      "\t\t\tSee https://devcenter.heroku.com/articles/buildpacks\n");
}

void BuildJob::refuse_detection(Pack const& pack) {
  fail(
      fmt::format("-----> App not compatible with buildpack: {}\n"
                  "       More info: https://devcenter.heroku.com/articles/"
                  "buildpacks#detection-failure\n",
                  pack.chosen.name));
}

void BuildJob::compile() {
  Pack const& pack = packs_[at_];
  if (pack.chosen.from == ChosenBuildpack::From::stand_in) {
    print(fmt::format(" !     This sandbox has no {}: nothing is installed or compiled.\n",
                      pack.chosen.name));
  }
  if (is_built_in(pack.chosen)) return compiled({.code = 0});
  if (auto const made = world_.files.make_folder(plan_.cache); !made)
    return reject(made.error().text);
  run(with_exports({pack.root + "/bin/compile", root_, plan_.cache, plan_.folder + "/env"}),
      Command::Output::lines, [this](Exit exit) { compiled(exit); });
}

void BuildJob::compiled(Exit const& exit) {
  if (exit.code != 0) return reject(fmt::format("failed to compile {} app", packs_[at_].name));
  if (++at_ < packs_.size()) return detect();
  // What the last one says is what counts.
  at_ = packs_.size() - 1;
  ask_release();
}

void BuildJob::ask_release() {
  Pack const& pack = packs_[at_];
  std::string const program = pack.root + "/bin/release";
  if (is_built_in(pack.chosen) || !world_.files.exists(program)) return this->pack();
  printed_.clear();
  run({program, root_}, Command::Output::bytes, [this](Exit exit) {
    auto types = default_process_types(printed_);
    if (exit.code != 0 || !types) {
      std::string const why = exit.code != 0 ? "" : ": " + printable(types.error().text);
      return reject("failed to run bin/release" + why);
    }
    process_types_ = *std::move(types);
    this->pack();
  });
}

void BuildJob::pack() {
  print("-----> Discovering process types\n");
  auto const procfile = world_.files.read(root_ + "/Procfile", 1 << 20);
  auto const declared = read_procfile(procfile ? *procfile : std::string());
  print(fmt::format("       Procfile declares types     -> {}\n", joined(declared)));
  for (auto const& [type, line] : declared) process_types_.erase(type);
  if (!process_types_.empty())
    print(fmt::format("       Default types for buildpack -> {}\n", joined(process_types_)));
  process_types_.insert(declared.begin(), declared.end());
  print("\n-----> Compressing...\n");
  beside<Result<PackedFolder>>(
      [&files = world_.files, root = root_, most = plan_.slug_bytes_max] {
        return pack_folder(files, root, most);
      },
      [this](Result<PackedFolder> slug) { packed(std::move(slug)); });
}

void BuildJob::packed(Result<PackedFolder> slug) {
  if (!slug) return reject(slug.error().text);
  if (slug->bytes > plan_.slug_bytes_max) {
    return fail(
        fmt::format(" !     Compiled slug size: {} is too large (max is {}M).\n"
                    " !     See: http://devcenter.heroku.com/articles/slug-size\n",
                    size_text(slug->bytes), plan_.slug_bytes_max >> 20));
  }
  for (std::string const& path : slug->left_out) {
    print(fmt::format(" !     Left out of the slug, for it leads out of the app: {}\n",
                      printable(path)));
  }
  print(fmt::format("       Done: {}\n", size_text(slug->bytes)));
  finish(Built{*std::move(slug), packs_.back().name, std::move(process_types_)});
}

std::vector<std::string> BuildJob::with_exports(std::vector<std::string> arguments) const {
  std::string script;
  for (std::size_t i = 0; i < at_; ++i) {
    std::string const file = packs_[i].root + "/export";
    if (packs_[i].root.empty() || !world_.files.exists(file)) continue;
    script += fmt::format(". '{}'; ", replace_all(file, "'", "'\\''"));
  }
  if (script.empty()) return arguments;
  std::vector<std::string> wrapped{"bash", "-c", script + "exec \"$@\"", "bash"};
  wrapped.insert(wrapped.end(), arguments.begin(), arguments.end());
  return wrapped;
}

Command BuildJob::command(std::vector<std::string> arguments, Command::Output output) const {
  Command command{.arguments = std::move(arguments), .directory = root_, .output = output};
  command.confinement =
      Confinement{.memory = memory_max, .writable = {plan_.folder, plan_.cache, "/dev"}};
  command.environment = {
      {"PATH", world_.variable("PATH").value_or("/usr/local/bin:/usr/bin:/bin")},
      {"LANG", "C.UTF-8"},
      {"HOME", plan_.folder + "/home"},
      {"TMPDIR", plan_.folder + "/tmp"},
      {"STACK", plan_.stack},
      {"SOURCE_VERSION", plan_.source_version},
      {"REQUEST_ID", plan_.request_id},
  };
  return command;
}

void BuildJob::run(std::vector<std::string> arguments, Command::Output output, Ran ran) {
  bool const lines = output == Command::Output::lines;
  auto const on_output = [self = shared_from_this(), lines](std::string_view text) {
    if (self->ended_) return;
    if (lines) return self->print(std::string(text) + "\n");
    self->printed_ += text.substr(0, printed_max - std::min(printed_max, self->printed_.size()));
  };
  waits_ = true;
  auto on_exit = [self = shared_from_this(), ran = std::move(ran)](Exit exit) mutable {
    self->process_ = 0;
    if (self->goes_on()) ran(std::move(exit));
  };
  auto const process =
      world_.processes.start(command(std::move(arguments), output), on_output, std::move(on_exit));
  if (process) {
    process_ = *process;
    return;
  }
  waits_ = false;
  reject(process.error().text);
}

bool BuildJob::goes_on() {
  waits_ = false;
  if (ended_) clean();
  return !ended_;
}

void BuildJob::reject(std::string_view why) {
  std::string_view const stop = why.ends_with('.') ? "" : ".";
  fail(fmt::format(" !     Push rejected, {}{}\n", printable(why), stop));
}

void BuildJob::fail(std::string_view lines) {
  print(lines);
  print("\n !     Push failed\n");
  finish(std::nullopt);
}

void BuildJob::cancel(std::string_view why) {
  if (ended_) return;
  if (process_ != 0) world_.processes.signal(process_, Signal::kill);
  fail(why);
}

void BuildJob::abandon() {
  if (process_ != 0) world_.processes.signal(process_, Signal::kill);
  print_ = nullptr;
  done_ = nullptr;
  finish(std::nullopt);
}

void BuildJob::finish(std::optional<Built> built) {
  if (ended_) return;
  ended_ = true;
  if (timeout_ != 0) world_.loop.cancel(std::exchange(timeout_, 0));
  if (!waits_) clean();
  if (done_) std::exchange(done_, nullptr)(std::move(built));
}

/// Nothing works in its folder any more.
void BuildJob::clean() {
  world_.workers.run(
      [&files = world_.files, folder = plan_.folder] {
        // What cannot be removed now goes with the state folder.
        auto const removed = files.remove(folder);
        static_cast<void>(removed.has_value());
      },
      [] {});
}

}  // namespace landfall::sandbox
