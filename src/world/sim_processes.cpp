#include "world/sim_processes.h"

#include <ranges>

#include "base/text.h"

namespace landfall {

namespace {

std::size_t const errors_max = 4 << 10;

// FNV-1a: std::hash differs between libraries, and chance must not.
std::uint64_t mix(std::uint64_t seed, std::uint64_t number) {
  std::uint64_t hash = 0xCBF29CE484222325U ^ seed;
  for (int i = 0; i < 8; ++i) hash = (hash ^ ((number >> (8 * i)) & 0xFF)) * 0x100000001B3U;
  return hash;
}

}  // namespace

void SimView::OwnLoop::run() {
  stopped_ = false;
  while (!stopped_ && queue_.step()) {
  }
}

Result<int> SimView::OwnServer::listen(int port, Handler handler, std::size_t body_max,
                                       std::optional<TlsIdentity>) {
  HttpServer::Service const service{std::make_shared<Handler const>(std::move(handler)), body_max};
  auto accept = [this, service](std::unique_ptr<Stream> client) {
    bytes_.serve(std::move(client), service);
  };
  return network_.listen(port, {owner_, service.handler, body_max, std::move(accept)});
}

Result<ProcessId> SimView::OwnProcesses::start(Command command,
                                               std::function<void(std::string_view)> on_output,
                                               std::move_only_function<void(Exit)> on_exit) {
  return processes_.start(std::move(command), {owner_, std::move(on_output), std::move(on_exit)});
}

void SimView::OwnWorkers::run(Work work, Work done) {
  queue_.add(owner_, queue_.now(), [work = std::move(work), done = std::move(done)]() mutable {
    work();
    done();
  });
}

void SimView::OwnProcesses::signal(ProcessId process, Signal signal) {
  processes_.signal(process, signal);
}

void SimView::OwnProcesses::write(ProcessId process, std::string_view bytes) {
  processes_.write(process, bytes);
}
void SimView::OwnProcesses::close_input(ProcessId process) {
  processes_.close_input(process);
}

SimView::SimView(SimMachine const& machine, Owner owner, Environment environment)
    : environment_(std::move(environment)),
      loop_(machine.queue, owner),
      http_(machine.network, owner),
      mailer_(machine.mail, owner),
      streams_(machine.network, owner),
      server_(machine.network, owner, loop_, streams_),
      children_(machine.processes, owner),
      workers_(machine.queue, owner),
      random_(mix(machine.seed, owner)),
      world_{loop_,    http_,         mailer_, server_,      streams_, children_,
             workers_, machine.files, random_, environment_, program_} {}

void SimProcesses::program(std::string text, std::function<void(SimProgram)> run) {
  programs_.emplace_back(std::move(text), std::move(run));
}

Result<ProcessId> SimProcesses::start(Command command, SimWatcher watcher) {
  if (command.arguments.empty()) return fail(ErrorKind::usage, "a command needs a program");
  std::string const line = join(command.arguments, " ");
  // The one that was told last wins, so that a test can replace what a fixture set.
  for (auto const& [text, program] : std::views::reverse(programs_)) {
    if (line.find(text) == std::string::npos) continue;
    Owner const id = next_owner();
    auto child = std::make_unique<Child>();
    Environment environment;
    for (auto const& [name, value] : command.environment) environment[name] = value;
    child->command = std::move(command);
    child->watcher = std::make_shared<SimWatcher>(std::move(watcher));
    child->view = std::make_unique<SimView>(machine_, id, std::move(environment));
    children_[id] = std::move(child);
    machine_.queue.add(id, machine_.queue.now(), [this, id, run_it = program] { run(id, run_it); });
    return static_cast<ProcessId>(id);
  }
  return fail(ErrorKind::missing, command.arguments[0] + ": no such program", "missing");
}

void SimProcesses::run(Owner child, std::function<void(SimProgram)> const& program) {
  program(view_for(child));
}

SimProgram SimProcesses::view_for(Owner child) {
  Child& process = *children_.at(child);
  auto const listen = [this, child](int port, Handler handler) {
    if (find(child) == nullptr) return;
    Result<int> const listening =
        find(child)->view->world().server.listen(port, std::move(handler));
    // A real server that cannot have its port says so and ends.
    if (listening) return;
    print(child, listening.error().text + "\n");
    end(child, {.code = 1});
  };
  auto const input = [this, child](std::function<void(std::string_view)> bytes,
                                   std::function<void()> ended) {
    Child* const own = find(child);
    if (own == nullptr) return;
    own->on_input = std::move(bytes);
    own->on_input_end = std::move(ended);
    if (!own->command.takes_input && !own->command.terminal) own->input_ended = true;
    take_input(child);
  };
  return {.world = process.view->world(),
          .command = process.command,
          .print = [this, child](std::string_view text) { print(child, text); },
          .exit = [this, child](int code) { end(child, {.code = code}); },
          .listen = listen,
          .complain = [this, child](std::string_view text) { complain(child, text); },
          .input = input,
          .on_terminate =
              [this, child](std::function<void()> told) {
                if (Child* const own = find(child)) own->on_terminate = std::move(told);
              }};
}

SimProcesses::Child* SimProcesses::find(Owner child) {
  auto const found = children_.find(child);
  return found == children_.end() ? nullptr : found->second.get();
}

void SimProcesses::print(Owner child, std::string_view text) {
  auto const found = children_.find(child);
  if (found == children_.end()) return;
  Command const& command = found->second->command;
  auto const watcher = found->second->watcher;
  auto const pass = [&](std::string bytes) {
    machine_.queue.add(watcher->owner, machine_.queue.now(), [watcher, passed = std::move(bytes)] {
      if (watcher->on_output) watcher->on_output(passed);
    });
  };
  if (command.terminal || command.output == Command::Output::bytes) return pass(std::string(text));
  std::string& partial = found->second->partial;
  partial += text;
  std::size_t begin = 0;
  for (std::size_t end; (end = partial.find('\n', begin)) != std::string::npos; begin = end + 1)
    pass(partial.substr(begin, end - begin));
  partial.erase(0, begin);
}

void SimProcesses::complain(Owner child, std::string_view text) {
  Child* const own = find(child);
  if (own == nullptr) return;
  if (own->command.terminal || own->command.output == Command::Output::lines)
    return print(child, text);
  own->errors += text;
  if (own->errors.size() > errors_max) own->errors.erase(0, own->errors.size() - errors_max);
}

void SimProcesses::write(ProcessId process, std::string_view bytes) {
  auto const child = static_cast<Owner>(process);
  Child* const own = find(child);
  bool const takes = own != nullptr && (own->command.takes_input || own->command.terminal);
  if (!takes || own->input_ended) return;
  own->unread += bytes;
  machine_.queue.add(child, machine_.queue.now(), [this, child] { take_input(child); });
}

void SimProcesses::close_input(ProcessId process) {
  auto const child = static_cast<Owner>(process);
  Child* const own = find(child);
  if (own == nullptr) return;
  own->input_ended = true;
  machine_.queue.add(child, machine_.queue.now(), [this, child] { take_input(child); });
}

void SimProcesses::take_input(Owner child) {
  Child* own = find(child);
  if (own == nullptr || !own->on_input) return;
  std::string const bytes = std::exchange(own->unread, {});
  auto const take = own->on_input;
  if (!bytes.empty()) take(bytes);
  own = find(child);
  if (own != nullptr && own->input_ended && own->on_input_end)
    std::exchange(own->on_input_end, {})();
}

void SimProcesses::signal(ProcessId process, Signal signal) {
  auto const child = static_cast<Owner>(process);
  Child* const own = find(child);
  if (own != nullptr && signal == Signal::terminate && own->on_terminate) {
    machine_.queue.add(child, machine_.queue.now(), own->on_terminate);
    return;
  }
  int const number = signal == Signal::kill ? 9 : signal == Signal::terminate ? 15 : 1;
  end(child, {.code = 128 + number, .signal = number});
}

void SimProcesses::end(Owner child, Exit exit) {
  auto const found = children_.find(child);
  if (found == children_.end()) return;
  if (!found->second->partial.empty()) print(child, "\n");
  auto node = children_.extract(found);
  auto const watcher = node.mapped()->watcher;
  exit.errors = std::move(node.mapped()->errors);
  dead_.push_back(std::move(node.mapped()));
  drop(child);
  machine_.queue.add(watcher->owner, machine_.queue.now(), [watcher, exit] {
    if (watcher->on_exit) watcher->on_exit(exit);
  });
}

void SimProcesses::drop(Owner owner) {
  std::vector<Owner> children;
  for (auto const& [id, child] : children_)
    if (child->watcher->owner == owner) children.push_back(id);
  for (Owner const child : children) end(child, {.code = 137, .signal = 9});
  // The network first: work that dies may drop an answer, and nobody of this owner may hear of it.
  machine_.network.drop(owner);
  machine_.mail.drop(owner);
  machine_.queue.drop(owner);
}

}  // namespace landfall
