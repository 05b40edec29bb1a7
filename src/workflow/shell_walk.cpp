#include "workflow/shell_walk.h"

#include <algorithm>

#include "workflow/expression.h"
#include "workflow/shell_scan.h"

// Ways part where a condition is not known and what is chosen between changes what later commands
// see. The walk is then done once for each way (at most `ways_max` in all, counted so that every
// branch is walked by some), which keeps `APP=x; URL=y` of one branch together. Beyond that,
// variables that branches set differently are unknown after them.

namespace landfall {
namespace {

constexpr std::size_t ways_max = 8;
constexpr std::size_t rounds_max = 16;
constexpr std::size_t commands_max = 4'000;
constexpr int depth_max = 120;

std::size_t size_of(ShellState const& state) {
  return 1 + state.variables().size() + state.arguments.size();
}

/// Is `$NAME` in the text.
bool uses_variable(std::string_view text, std::string_view name) {
  return text.find("$" + std::string(name)) != std::string_view::npos ||
         text.find("${" + std::string(name)) != std::string_view::npos;
}

}  // namespace

void ShellUnit::number_lines() {
  line_starts = {0};
  for (std::size_t at = tree.text.find('\n'); at != std::string_view::npos;
       at = tree.text.find('\n', at + 1))
    line_starts.push_back(at + 1);
}

std::size_t ShellUnit::line_of(std::size_t offset) const {
  auto const after = std::upper_bound(line_starts.begin(), line_starts.end(), offset);
  return static_cast<std::size_t>(after - line_starts.begin()) - 1;
}

void ShellUnit::place(std::size_t offset, ShellCommand& command) const {
  if (parent != nullptr && exact) return parent->place(anchor + offset, command);
  std::size_t const line = line_of(offset);
  if (parent != nullptr) {
    std::size_t const there = parent->line_of(anchor) + line;
    if (line == 0 || there >= parent->line_starts.size()) return parent->place(anchor, command);
    std::size_t const begin = parent->line_starts[there];
    std::size_t const text = parent->tree.text.find_first_not_of(" \t", begin);
    return parent->place(text == std::string_view::npos ? begin : text, command);
  }
  if (caller != nullptr) {
    caller->place(call, command);
    command.file = file;
  }
  command.line = first_line + line;
  command.offset = offset;
  if (caller != nullptr) command.column = is_part ? first_column : offset - line_starts[line];
  if (caller == nullptr) {
    command.step_line = command.line;
    command.step_offset = offset;
  }
}

ShellWalk::ShellWalk(Start const& start, std::vector<Choice>& choices)
    : start_(start), choices_(choices) {}

std::vector<ShellCommand> ShellWalk::run() {
  ShellUnit unit;
  unit.tree = parse_shell(start_.script);
  state_.errexit = start_.mode.stops_on_error;
  state_.pipefail = start_.mode.pipefail;
  state_.directory = start_.directory;
  ShellContext context;
  context.unit = keep(std::move(unit));
  walk(context.tree().root, context);
  return std::move(commands_);
}

ShellUnit const* ShellWalk::keep(ShellUnit unit) {
  units_.push_back(std::move(unit));
  ShellUnit& kept = units_.back();
  if (kept.tree.nodes.empty()) kept.tree = parse_shell(kept.owned);
  if (kept.line_starts.empty()) kept.number_lines();
  return &kept;
}

bool ShellWalk::spend(std::size_t work) {
  work_left_ -= std::min(work_left_, work);
  return work_left_ > 0 && bytes_left_ > 0 && commands_.size() < commands_max;
}

FailureScene ShellWalk::scene(ShellContext const& context) const {
  return {context.failure, state_.errexit && !context.tested, context.tested, context.tail};
}

std::optional<std::size_t> ShellWalk::decide(std::size_t ways) {
  if (ways_ * ways > ways_max) return std::nullopt;
  ways_ *= ways;
  if (choice_ == choices_.size()) choices_.push_back({0, ways});
  return choices_[choice_++].taken;
}

ShellWalk::Status ShellWalk::walk(ShellNodeId id, ShellContext const& context) {
  ShellNode const& node = context.tree().at(id);
  if (depth_ >= depth_max || !spend(1)) return std::nullopt;
  ++depth_;
  Status status;
  switch (node.kind) {
    case ShellNodeKind::simple:
      status = simple(node, context);
      break;
    case ShellNodeKind::list:
      status = list(node, context);
      break;
    case ShellNodeKind::and_or:
      status = and_or(node, context);
      break;
    case ShellNodeKind::pipe:
      status = pipe(node, context);
      break;
    case ShellNodeKind::negation:
      status = negation(node, context);
      break;
    case ShellNodeKind::background:
    case ShellNodeKind::subshell:
    case ShellNodeKind::group:
      status = bracketed(node, context);
      break;
    case ShellNodeKind::branch:
      status = branch(node, context);
      break;
    case ShellNodeKind::loop:
      status = loop(node, context);
      break;
    case ShellNodeKind::each:
      status = each(node, context);
      break;
    case ShellNodeKind::choice:
      status = choice(node, context);
      break;
    case ShellNodeKind::clause:
      break;
    case ShellNodeKind::function:
      if (!node.children.empty())
        functions_.push_back({std::string(node.words[0]), context.unit, node.children[0], false});
      status = true;
      break;
  }
  --depth_;
  return status;
}

ShellWalk::Status ShellWalk::list(ShellNode const& node, ShellContext const& context) {
  Status status = true;
  ShellContext inner = context;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (state_.is_over()) break;
    inner.tail = context.tail && i + 1 == node.children.size();
    inner.failure = list_failure(context.tree(), node, i, scene(context));
    status = walk(node.children[i], inner);
  }
  return status;
}

ShellWalk::Status ShellWalk::and_or(ShellNode const& node, ShellContext const& context) {
  ShellTree const& tree = context.tree();
  Status status = true;
  bool question = false;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    ShellNodeId const id = node.children[i];
    bool const is_or = i > 0 && node.operators[i - 1] == '|';
    // `a` decides whether `&& b` or `|| b` runs.
    if (i > 0 && status == is_or) continue;
    bool const is_last = i + 1 == node.children.size();
    ShellContext inner = context;
    inner.tail = context.tail && is_last;
    inner.tested = context.tested || !is_last;
    inner.failure = operand_failure(tree, node, i, scene(context));
    bool const unknown = i > 0 && !status;
    inner.perhaps = context.perhaps || (unknown && (is_or || question));
    if (!unknown) {
      status = walk(id, inner);
    } else if (leaves(tree, id)) {
      isolated(id, inner);
      state_.perhaps = state_.perhaps || (question && !leaves_with_error(tree, id));
    } else if (!is_or && !question) {
      status = walk(id, inner);
    } else if (!changes_state(tree, id)) {
      walk(id, inner);
    } else {
      alternatives({id}, true, inner);
    }
    if (unknown) status = std::nullopt;
    question = is_question(tree, id);
    if (state_.is_over()) break;
  }
  return status;
}

/// In a shell of its own, or on a way that ends there.
void ShellWalk::isolated(ShellNodeId id, ShellContext const& context) {
  if (!spend(size_of(state_))) return;
  ShellState before = state_;
  walk(id, context);
  state_ = std::move(before);
}

ShellWalk::Status ShellWalk::pipe(ShellNode const& node, ShellContext const& context) {
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    bool const is_last = i + 1 == node.children.size();
    ShellContext inner = context;
    inner.reads_pipe = i > 0 || context.reads_pipe;
    inner.writes_pipe = !is_last || context.writes_pipe;
    if (!is_last && !state_.pipefail && context.failure == ShellFailure::stops)
      inner.failure = ShellFailure::pipe;
    if (!is_last) {
      // What `| tee file` writes is what its neighbour says.
      ShellNode const& next = context.tree().at(node.children[i + 1]);
      bool const is_tee = next.kind == ShellNodeKind::simple && next.words.size() > 1 &&
                          (next.words[0] == "tee" || next.words[1] == "tee");
      if (is_tee) {
        ShellScope const plain{state_, start_.variables, nullptr, bytes_left_};
        inner.redirections.push_back({expand_text(next.words.back(), plain), true});
      }
    }
    ShellNode const& child = context.tree().at(node.children[i]);
    if (child.kind == ShellNodeKind::simple)
      walk(node.children[i], inner);
    else
      isolated(node.children[i], inner);
  }
  return std::nullopt;
}

ShellWalk::Status ShellWalk::negation(ShellNode const& node, ShellContext const& context) {
  ShellContext inner = context;
  inner.in_condition = true;
  inner.tested = true;
  Status const status = walk(node.children[0], inner);
  return status ? Status(!*status) : std::nullopt;
}

/// With the redirections of the whole.
ShellContext ShellWalk::grouped(ShellNode const& node, ShellContext const& context) {
  ShellContext inner = context;
  ShellScope const plain{state_, start_.variables, nullptr, bytes_left_};
  for (ShellRedirect const& redirect : node.redirects) {
    bool const append = redirect.kind == ShellRedirect::Kind::append;
    if (append || redirect.kind == ShellRedirect::Kind::write)
      inner.redirections.push_back({expand_text(redirect.target, plain), append});
  }
  return inner;
}

ShellWalk::Status ShellWalk::bracketed(ShellNode const& node, ShellContext const& context) {
  ShellContext inner = grouped(node, context);
  if (node.kind == ShellNodeKind::group) return walk(node.children[0], inner);
  inner.tail = true;
  if (node.kind == ShellNodeKind::background) inner.failure = ShellFailure::background;
  isolated(node.children[0], inner);
  return std::nullopt;
}

ShellWalk::Status ShellWalk::branch(ShellNode const& node, ShellContext const& context) {
  ShellContext const whole = grouped(node, context);
  std::vector<ShellNodeId> bodies;
  std::size_t const arms = node.children.size() / 2;
  for (std::size_t arm = 0; arm < arms; ++arm) {
    ShellContext asking = whole;
    asking.in_condition = true;
    asking.tested = true;
    asking.perhaps = context.perhaps || !bodies.empty();
    asking.failure = condition_failure(context.tree(), node, arm * 2, scene(context));
    Status const status = walk(node.children[arm * 2], asking);
    if (state_.is_over()) return std::nullopt;
    if (status != false) bodies.push_back(node.children[arm * 2 + 1]);
    if (status == true) return alternatives(std::move(bodies), false, whole);
  }
  if (node.flag) bodies.push_back(node.children.back());
  return alternatives(std::move(bodies), !node.flag, whole);
}

ShellWalk::Status ShellWalk::alternatives(std::vector<ShellNodeId> bodies, bool may_be_none,
                                          ShellContext const& context) {
  ShellTree const& tree = context.tree();
  if (bodies.empty()) return true;
  if (bodies.size() == 1 && !may_be_none) return walk(bodies[0], context);
  ShellContext inner = context;
  inner.perhaps = true;
  // Who ends there is not here afterwards.
  bool ends_well = false;
  std::erase_if(bodies, [&](ShellNodeId id) {
    bool const fails = leaves_with_error(tree, id);
    if (!fails && !exits(tree, id)) return false;
    isolated(id, inner);
    ends_well = ends_well || !fails;
    return true;
  });
  state_.perhaps = state_.perhaps || ends_well;
  if (bodies.empty()) return std::nullopt;
  if (bodies.size() == 1 && !may_be_none) return walk(bodies[0], context);
  bool const same = std::none_of(bodies.begin(), bodies.end(),
                                 [&](ShellNodeId id) { return changes_state(tree, id); });
  if (same) {
    for (ShellNodeId const id : bodies) walk(id, inner);
    return std::nullopt;
  }
  if (auto const taken = decide(bodies.size() + (may_be_none ? 1 : 0))) {
    if (*taken < bodies.size()) walk(bodies[*taken], inner);
    return std::nullopt;
  }
  if (!spend(size_of(state_) * (bodies.size() + 1))) return std::nullopt;
  ShellState const before = state_;
  std::vector<ShellState> after;
  bool ended = false;
  for (ShellNodeId const id : bodies) {
    state_ = before;
    walk(id, inner);
    ended = ended || state_.is_over();
    if (!state_.is_over()) after.push_back(std::move(state_));
  }
  if (may_be_none || after.empty()) after.push_back(before);
  state_ = std::move(after[0]);
  for (std::size_t i = 1; i < after.size(); ++i) state_.join(after[i]);
  state_.perhaps = state_.perhaps || ended;
  return std::nullopt;
}

ShellWalk::Status ShellWalk::loop(ShellNode const& node, ShellContext const& context) {
  ShellContext inner = grouped(node, context);
  // What a round sets, the condition and the next round see.
  for (std::string const& name : assigned_in(context.tree(), node.children[1])) state_.forget(name);
  inner.in_loop = true;
  inner.tail = false;
  ShellContext asking = inner;
  asking.in_condition = true;
  asking.tested = true;
  Status const status = walk(node.children[0], asking);
  if (status == node.flag) return true;
  inner.perhaps = context.perhaps || (!status && is_question(context.tree(), node.children[0]));
  walk(node.children[1], inner);
  state_.broke = false;
  return std::nullopt;
}

ShellWalk::Status ShellWalk::each(ShellNode const& node, ShellContext const& context) {
  ShellContext inner = grouped(node, context);
  inner.in_loop = true;
  inner.tail = false;
  std::string_view const name = node.words[0];
  ShellNode const& body = context.tree().at(node.children[0]);
  std::vector<ShellField> items;
  std::function<std::optional<std::string>(std::string_view)> const substituted =
      [&](std::string_view script) { return substitute(script, context); };
  ShellScope const plain{state_, start_.variables, &substituted, bytes_left_};
  for (std::size_t i = 1; i < node.words.size(); ++i) expand_word(node.words[i], 0, plain, items);
  bool const known =
      node.flag && !items.empty() && items.size() <= rounds_max &&
      std::all_of(items.begin(), items.end(), [](ShellField const& item) {
        return is_known(item.text) && item.text.find_first_of("*?[{") == std::string::npos;
      });
  std::string_view const text = context.tree().text.substr(body.begin, body.end - body.begin);
  if (node.flag && node.words.size() > 1 && items.empty()) return true;
  if (known && !name.empty() && uses_variable(text, name)) {
    for (ShellField const& item : items) {
      state_.set(name, {item.text});
      walk(node.children[0], inner);
      if (state_.continued) state_.broke = false;
      state_.continued = false;
      if (state_.is_over() || !spend(1)) break;
    }
  } else {
    for (std::string const& changed : assigned_in(context.tree(), node.children[0]))
      state_.forget(changed);
    if (!name.empty()) state_.forget(name);
    walk(node.children[0], inner);
  }
  state_.broke = false;
  return std::nullopt;
}

ShellWalk::Status ShellWalk::choice(ShellNode const& node, ShellContext const& context) {
  ShellContext const inner = grouped(node, context);
  std::function<std::optional<std::string>(std::string_view)> const substituted =
      [&](std::string_view script) { return substitute(script, context); };
  ShellScope const plain{state_, start_.variables, &substituted, bytes_left_};
  std::string const subject = expand_text(node.words[0], plain);
  bool const is_subject_known = is_known(subject);
  std::vector<ShellNodeId> bodies;
  for (ShellNodeId const id : node.children) {
    ShellNode const& clause = context.tree().at(id);
    Status matches = false;
    for (std::string_view const raw : clause.words) {
      std::string const pattern = expand_text(raw, plain);
      bool const certain = pattern == "*" || (is_subject_known && is_known(pattern) &&
                                              shell_matches(pattern, subject));
      bool const possible = !is_subject_known || !is_known(pattern);
      spend(1 + pattern.size() * subject.size() / 64);
      if (certain) matches = true;
      if (possible && matches == false) matches = std::nullopt;
    }
    if (matches == false) continue;
    bodies.push_back(clause.children[0]);
    if (matches == true) return alternatives(std::move(bodies), false, inner);
  }
  return alternatives(std::move(bodies), true, inner);
}

std::optional<std::string> ShellWalk::seen_by_program(ShellCommand const& command,
                                                      std::string_view name) {
  for (ShellAssignment const& assignment : command.assignments)
    if (assignment.name == name) return assignment.value;
  ShellVariable const* own = state_.find(name);
  if (own != nullptr && own->exported)
    return own->known && own->values.size() == 1 ? own->values[0]
                                                 : shell_unknown("$" + std::string(name));
  return state_.sees_outside() ? start_.variables(name) : std::nullopt;
}

}  // namespace landfall
