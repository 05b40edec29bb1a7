#include <algorithm>

#include "base/text.h"
#include "workflow/expression.h"
#include "workflow/shell_condition.h"
#include "workflow/shell_scan.h"
#include "workflow/shell_walk.h"
#include "workflow/shell_wrappers.h"

// The simple commands of a walk: words, assignments, built-in commands, and shells within shells.

namespace landfall {
namespace {

constexpr int nested_max = 8;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool declares(std::string_view word) {
  return is_one_of(word, {"export", "readonly", "local", "declare", "typeset"});
}

/// What a shell is started with: `-euo pipefail -c`.
struct ShellOptions {
  std::size_t first = 0;  ///< the word behind them
  bool command = false;
  bool errexit = false;
  bool pipefail = false;
};

ShellOptions shell_options(std::vector<ShellField> const& fields, std::size_t at) {
  ShellOptions options;
  for (; at < fields.size(); ++at) {
    std::string_view const word = fields[at].text;
    if (word.size() < 2 || (word[0] != '-' && word[0] != '+')) break;
    if (word == "--") {
      ++at;
      break;
    }
    if (word.starts_with("--")) continue;
    options.command = options.command || word.find('c') != std::string_view::npos;
    options.errexit = options.errexit || word.find('e') != std::string_view::npos;
    if (word.ends_with('o') && at + 1 < fields.size()) {
      ++at;
      options.pipefail = options.pipefail || fields[at].text == "pipefail";
      options.errexit = options.errexit || fields[at].text == "errexit";
    }
  }
  options.first = at;
  return options;
}

std::string joined(std::vector<ShellField> const& fields, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < fields.size(); ++i) text += (i > from ? " " : "") + fields[i].text;
  return text;
}

/// Scripts that set no names of apps: they prepare a tool.
bool is_tool_setup(std::string_view path) {
  for (std::string_view const part : {"activate", "bashrc", "profile", "nvm.sh", ".cargo/env",
                                      "/etc/", "sdkman", ".asdf", "conda", "emsdk"})
    if (path.find(part) != std::string_view::npos) return true;
  return false;
}

}  // namespace

ShellWalk::Status ShellWalk::simple(ShellNode const& node, ShellContext const& context) {
  Reading reading{node, {}, {}, 0, false, false};
  std::string_view const first = node.words.empty() ? std::string_view() : node.words[0];
  bool const only_assigns =
      std::all_of(node.words.begin(), node.words.end(),
                  [](std::string_view word) { return !assigned_name(word).name.empty(); });
  ShellContext inner = context;
  inner.writes_pipe = false;
  inner.redirections.clear();
  if (only_assigns) {
    inner.captured_by = assigned_name(first).name;
  } else {
    bool const tests = first == "[" || first == "[[" || first == "test";
    inner.captured_by = tests ? "[" : "";
    bool const loses = context.failure == ShellFailure::stops;
    if (loses) inner.failure = tests ? ShellFailure::stops : ShellFailure::substitution;
  }
  std::function<std::optional<std::string>(std::string_view)> const run =
      [this, &inner](std::string_view script) { return substitute(script, inner); };
  ShellScope const scope{state_, start_.variables, &run, bytes_left_};
  read_words(context, reading, scope);
  read_redirects(context, reading, scope);
  if (!spend(1)) return std::nullopt;
  return command(reading, context);
}

void ShellWalk::read_words(ShellContext const& context, Reading& reading, ShellScope const& scope) {
  std::vector<std::string_view> const& words = reading.node.words;
  char const* const begin = context.tree().text.data();
  std::size_t i = 0;
  while (i < words.size() && !assigned_name(words[i]).name.empty()) ++i;
  bool const declaring = i < words.size() && declares(words[i]);
  // Alone, assignments are the shell's own; before a command only the command sees them.
  reading.own = declaring || i == words.size();
  for (std::size_t k = 0; k < i; ++k) assign(words[k], reading, scope);
  for (; i < words.size() && bytes_left_ > 0; ++i) {
    auto const offset = static_cast<std::size_t>(words[i].data() - begin);
    if (declaring && !assigned_name(words[i]).name.empty())
      assign(words[i], reading, scope);
    else
      expand_word(words[i], offset, scope, reading.fields);
  }
  if (!declaring || words.empty() || reading.fields.empty()) return;
  if (reading.fields[0].text != "export") return;
  for (ShellAssignment const& assignment : reading.command.assignments)
    state_.share(assignment.name);
}

void ShellWalk::assign(std::string_view raw, Reading& reading, ShellScope const& scope) {
  AssignedName const name = assigned_name(raw);
  std::string_view const value = raw.substr(name.value);
  if (name.element) return state_.forget(name.name);
  if (value.starts_with('(')) {
    std::vector<ShellField> fields;
    std::string_view inner = value.substr(1);
    if (inner.ends_with(')')) inner.remove_suffix(1);
    std::size_t at = 0;
    while (at < inner.size() && bytes_left_ > 0) {
      std::size_t const end = skip_shell_word(inner, at);
      if (end > at) expand_word(inner.substr(at, end - at), 0, scope, fields);
      at = std::max(end, at + 1);
    }
    std::vector<std::string> values;
    for (ShellField& field : fields) values.push_back(std::move(field.text));
    if (name.appends)
      state_.append(name.name, "", std::move(values));
    else
      state_.set(name.name, std::move(values));
    return;
  }
  std::string text = expand_text(value, scope);
  if (reading.own && name.appends)
    state_.append(name.name, text, {});
  else if (reading.own)
    state_.set(name.name, {text});
  reading.command.assignments.push_back({std::string(name.name), std::move(text)});
}

void ShellWalk::read_redirects(ShellContext const& context, Reading& reading,
                               ShellScope const& scope) {
  using Kind = ShellRedirect::Kind;
  for (ShellRedirect const& redirect : reading.node.redirects) {
    if (redirect.kind == Kind::write || redirect.kind == Kind::append) {
      reading.command.redirections.push_back(
          {expand_text(redirect.target, scope), redirect.kind == Kind::append});
    } else if (redirect.kind == Kind::text) {
      reading.command.input = expand_text(redirect.target, scope);
    } else if (redirect.kind == Kind::document) {
      ShellDocument const& document = context.tree().documents[redirect.document];
      bool const is_plain =
          document.quoted || document.body.find_first_of("$`\\") == std::string_view::npos;
      reading.command.input =
          is_plain ? std::string(document.body) : expand_document(document.body, scope);
      reading.input_begin =
          static_cast<std::size_t>(document.body.data() - context.tree().text.data());
      reading.input_exact = is_plain;
    }
  }
  for (ShellRedirection const& outer : context.redirections)
    reading.command.redirections.push_back(outer);
}

std::optional<std::string> ShellWalk::substitute(std::string_view script,
                                                 ShellContext const& context) {
  if (context.unit->depth >= nested_max || !spend(1)) return std::nullopt;
  ShellUnit unit;
  unit.parent = context.unit;
  std::string_view const around = context.tree().text;
  bool const is_within =
      std::greater_equal<>()(script.data(), around.data()) &&
      std::less_equal<>()(script.data() + script.size(), around.data() + around.size());
  unit.exact = is_within;
  if (is_within) {
    unit.anchor = static_cast<std::size_t>(script.data() - around.data());
    unit.tree = parse_shell(script);
  } else {
    unit.owned = script;
  }
  std::size_t const before = commands_.size();
  ShellState const kept = state_;
  state_.errexit = false;
  run_text(std::move(unit), context);
  state_ = kept;
  // Of what it prints only this much is known.
  if (commands_.size() != before + 1) return std::nullopt;
  ShellCommand const& only = commands_.back();
  bool const echoes = only.words.size() == 2 && only.words[0] == "echo" &&
                      !only.words[1].starts_with('-') && only.redirections.empty() &&
                      !only.reads_pipe && is_known(only.words[1]);
  return echoes ? std::optional(only.words[1]) : std::nullopt;
}

/// Walks a text in the state as it is.
void ShellWalk::run_text(ShellUnit unit, ShellContext context) {
  unit.depth = context.unit->depth + 1;
  if (unit.depth > nested_max) return;
  spend(1 + unit.tree.text.size() / 16 + unit.owned.size() / 16);
  ShellUnit const* kept = keep(std::move(unit));
  context.unit = kept;
  context.tail = true;
  walk(kept->tree.root, context);
}

void ShellWalk::emit(Reading& reading, ShellContext const& context) {
  ShellCommand& command = reading.command;
  command.words.reserve(reading.fields.size());
  for (ShellField& field : reading.fields) command.words.push_back(std::move(field.text));
  command.failure = context.failure;
  command.in_condition = context.in_condition;
  command.in_loop = context.in_loop || command.in_loop;
  command.perhaps = context.perhaps || state_.perhaps;
  command.reads_pipe = context.reads_pipe;
  command.writes_pipe = context.writes_pipe;
  command.captured_by = context.captured_by;
  command.host = context.host;
  command.directory = state_.directory;
  std::size_t const begin = reading.fields.empty() ? reading.node.begin : reading.fields[0].begin;
  context.unit->place(begin, command);
  commands_.push_back(std::move(command));
}

ShellWalk::Status ShellWalk::command(Reading& reading, ShellContext const& context) {
  if (reading.fields.empty()) {
    if (!reading.command.assignments.empty()) emit(reading, context);
    return reading.node.redirects.empty() ? Status() : Status(true);
  }
  if (auto const status = builtin(reading, context)) return *status;
  return run_program(reading, context);
}

void ShellWalk::set_options(Reading const& reading) {
  std::vector<ShellField> const& fields = reading.fields;
  for (std::size_t i = 1; i < fields.size(); ++i) {
    std::string_view const word = fields[i].text;
    if (word == "--") {
      state_.arguments.clear();
      state_.has_arguments = true;
      for (std::size_t k = i + 1; k < fields.size(); ++k) {
        state_.arguments.push_back(fields[k].text);
        state_.has_arguments = state_.has_arguments && is_known(fields[k].text);
      }
      return;
    }
    bool const on = word.starts_with('-');
    if (!on && !word.starts_with('+')) return;
    if (word.find('e') != std::string_view::npos) state_.errexit = on;
    if (!word.ends_with('o') || i + 1 >= fields.size()) continue;
    std::string_view const option = fields[++i].text;
    if (option == "pipefail") state_.pipefail = on;
    if (option == "errexit") state_.errexit = on;
  }
}

void ShellWalk::change_directory(Reading const& reading) {
  std::vector<ShellField> const& fields = reading.fields;
  std::size_t at = 1;
  while (at < fields.size() && fields[at].text.starts_with('-') && fields[at].text.size() > 1) ++at;
  std::string_view const path = at < fields.size() ? std::string_view(fields[at].text) : "~";
  state_.directory = join_path(state_.directory, path).value_or("");
}

std::optional<ShellWalk::Status> ShellWalk::builtin(Reading& reading, ShellContext const& context) {
  std::string const name = reading.fields[0].text;
  std::vector<ShellField>& fields = reading.fields;
  auto const emitted = [&](Status status) {
    emit(reading, context);
    return std::optional<Status>(status);
  };
  if (declares(name)) {
    for (std::size_t i = 1; i < fields.size() && name == "export"; ++i)
      state_.share(fields[i].text);
    if (reading.command.assignments.empty()) return Status(true);
    fields.clear();
    return emitted(true);
  }
  if (name == "[" || name == "[[" || name == "test") {
    std::size_t const end = fields.size() - (name != "test" && fields.size() > 1 ? 1 : 0);
    Status const status = shell_condition(
        std::span(fields).subspan(1, std::max<std::size_t>(end, 1) - 1), name == "[[");
    return emitted(status);
  }
  if (name == "cd" || name == "pushd") change_directory(reading);
  if (name == "popd") state_.directory.clear();
  if (name == "set") set_options(reading);
  if (is_one_of(name, {"read", "mapfile", "readarray", "getopts"}))
    for (std::size_t i = 1; i < fields.size(); ++i)
      if (!fields[i].text.starts_with('-')) state_.forget(fields[i].text);
  if (name == "printf" && fields.size() > 2 && fields[1].text == "-v")
    state_.forget(fields[2].text);
  if (name == "unset")
    for (std::size_t i = 1; i < fields.size(); ++i) state_.set(fields[i].text, {});
  if (name == "shift" && !state_.arguments.empty())
    state_.arguments.erase(state_.arguments.begin());
  if (name == "exit") state_.stopped = true;
  if (name == "return") state_.returned = true;
  if (name == "break" || name == "continue") state_.broke = true;
  state_.continued = name == "continue";
  if (name == "true" || name == ":") return emitted(true);
  if (name == "false") return emitted(false);
  if (name != "eval") return std::nullopt;
  ShellUnit unit;
  unit.parent = context.unit;
  unit.owned = joined(fields, 1);
  unit.anchor = fields[0].begin;
  if (!is_known(unit.owned) && unit.owned.find(unknown_begin) == 0) state_.forget_all();
  run_text(std::move(unit), context);
  return Status();
}

ShellWalk::Status ShellWalk::run_program(Reading& reading, ShellContext const& context) {
  UnwrappedCommand unwrapped = unwrap(reading.fields);
  std::vector<ShellField>& fields = reading.fields;
  fields.erase(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(unwrapped.first));
  for (ShellAssignment& assignment : unwrapped.assignments)
    reading.command.assignments.push_back(std::move(assignment));
  reading.command.fetched = unwrapped.fetched;
  if (unwrapped.retries) reading.command.in_loop = true;
  if (run_function(reading, context) || run_shell(reading, context)) return std::nullopt;
  if (run_remote(reading, context)) return std::nullopt;
  std::size_t const begin = fields[0].begin;
  emit(reading, context);
  std::string const& name = commands_.back().words[0];
  if (start_.call == nullptr && name != "source" && name != ".") return std::nullopt;
  run_called(begin, context);
  return std::nullopt;
}

bool ShellWalk::run_function(Reading& reading, ShellContext const& context) {
  Function* found = nullptr;
  for (Function& function : functions_)
    if (function.name == reading.fields[0].text) found = &function;
  if (found == nullptr || found->runs || depth_ > 80) return false;
  std::vector<std::string> before = std::move(state_.arguments);
  bool const had = state_.has_arguments;
  state_.arguments.clear();
  for (std::size_t i = 1; i < reading.fields.size(); ++i)
    state_.arguments.push_back(reading.fields[i].text);
  state_.has_arguments = true;
  for (ShellAssignment const& assignment : reading.command.assignments)
    state_.set(assignment.name, {assignment.value});
  ShellContext inner = context;
  inner.unit = found->unit;
  inner.tail = true;
  inner.redirections = reading.command.redirections;
  found->runs = true;
  walk(found->body, inner);
  found->runs = false;
  state_.returned = false;
  state_.arguments = std::move(before);
  state_.has_arguments = had;
  return true;
}

/// `bash -c '...'` and `bash <<EOF`.
bool ShellWalk::run_shell(Reading& reading, ShellContext const& context) {
  std::vector<ShellField>& fields = reading.fields;
  std::string_view const name = program_name(fields[0].text);
  bool const is_su = name == "su";
  if (!is_su && !is_one_of(name, {"bash", "sh", "zsh", "dash", "ash", "ksh"})) return false;
  ShellOptions const options = shell_options(fields, 1);
  bool const has_script = options.command && options.first < fields.size();
  bool const reads_input = options.first >= fields.size() && reading.command.input.has_value();
  if (!has_script && !reads_input) return false;
  ShellUnit unit;
  unit.parent = context.unit;
  unit.owned = has_script ? fields[options.first].text : *reading.command.input;
  unit.anchor = has_script ? fields[options.first].begin : reading.input_begin;
  unit.exact = !has_script && reading.input_exact;
  ShellState before = state_;
  std::vector<std::string> arguments;
  for (std::size_t i = options.first + 2; has_script && i < fields.size(); ++i)
    arguments.push_back(fields[i].text);
  state_ = before.for_program(std::move(arguments));
  for (ShellAssignment const& assignment : reading.command.assignments)
    state_.set(assignment.name, {assignment.value});
  state_.errexit = options.errexit;
  state_.pipefail = options.pipefail;
  ShellContext inner = context;
  inner.tested = false;
  run_text(std::move(unit), inner);
  state_ = std::move(before);
  return true;
}

/// `ssh host '...'` and `ssh host <<EOF`: other variables, another directory.
bool ShellWalk::run_remote(Reading& reading, ShellContext const& context) {
  std::vector<ShellField>& fields = reading.fields;
  if (program_name(fields[0].text) != "ssh") return false;
  static constexpr std::string_view values = "bcDEeFIiJLlmOopQRSWw";
  std::size_t at = 1;
  while (at < fields.size() && fields[at].text.starts_with('-')) {
    std::string_view const word = fields[at].text;
    bool const takes_next = word.size() == 2 && values.find(word[1]) != std::string_view::npos;
    at += takes_next ? 2 : 1;
  }
  if (at >= fields.size()) return false;
  std::string const host = fields[at].text;
  ++at;
  // Options may stand behind the host as well.
  while (at < fields.size() && fields[at].text.starts_with('-')) ++at;
  bool const has_script = at < fields.size();
  ShellUnit unit;
  unit.parent = context.unit;
  unit.owned = has_script ? joined(fields, at) : reading.command.input.value_or("");
  unit.anchor = has_script ? fields[at].begin : reading.input_begin;
  unit.exact = !has_script && reading.input_exact;
  bool const runs_input = has_script && reading.command.input &&
                          is_one_of(program_name(fields[at].text), {"bash", "sh"});
  if (runs_input) {
    unit.owned = *reading.command.input;
    unit.anchor = reading.input_begin;
    unit.exact = reading.input_exact;
  }
  emit(reading, context);
  ShellState before = std::move(state_);
  state_ = ShellState();
  state_.errexit = false;
  state_.hide_outside();
  state_.directory.clear();
  state_.perhaps = before.perhaps;
  ShellContext inner = context;
  inner.host = host;
  inner.tested = false;
  run_text(std::move(unit), inner);
  state_ = std::move(before);
  return true;
}

/// What the last command calls.
void ShellWalk::run_called(std::size_t begin, ShellContext const& context) {
  ShellCommand& caller = commands_.back();
  bool const sources = caller.words[0] == "source" || caller.words[0] == ".";
  std::vector<CalledScript> scripts;
  bool const may_call = start_.call != nullptr && caller.host.empty() && spend(1);
  if (may_call)
    scripts = (*start_.call)(caller,
                             [&](std::string_view name) { return seen_by_program(caller, name); });
  bool const is_lost =
      sources && scripts.empty() && caller.words.size() > 1 && !is_tool_setup(caller.words[1]);
  if (is_lost) state_.forget_all();
  if (scripts.empty()) return;
  caller.followed = true;
  // A copy, for what it calls adds commands.
  ShellCommand const command = caller;
  for (CalledScript& script : scripts) {
    bool is_cycle = false;
    for (ShellUnit const* at = context.unit; at != nullptr;
         at = at->parent != nullptr ? at->parent : at->caller)
      is_cycle = is_cycle || (at->caller != nullptr && at->file == script.file &&
                              at->first_line == script.line && at->first_column == script.column);
    if (is_cycle) continue;
    ShellUnit unit;
    unit.tree = parse_shell(script.text);
    unit.file = std::move(script.file);
    unit.first_line = script.line;
    unit.first_column = script.column;
    unit.is_part = script.is_part;
    unit.caller = context.unit;
    unit.call = begin;
    ShellState before = state_;
    if (!script.same_shell) {
      state_ = before.for_program(std::move(script.arguments));
      state_.errexit = script.errexit;
      state_.pipefail = script.pipefail;
    }
    if (!script.directory.empty()) state_.directory = script.directory;
    for (ShellAssignment const& assignment : command.assignments) {
      state_.set(assignment.name, {assignment.value});
      state_.share(assignment.name);
    }
    for (ShellAssignment const& assignment : script.variables) {
      state_.set(assignment.name, {assignment.value});
      state_.share(assignment.name);
    }
    ShellContext inner = context;
    inner.tested = script.same_shell && context.tested;
    inner.redirections = command.redirections;
    run_text(std::move(unit), inner);
    if (!script.same_shell) state_ = std::move(before);
    state_.returned = false;
  }
}

}  // namespace landfall
