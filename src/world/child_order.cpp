#include "world/child_order.h"

#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace landfall {

namespace {

static_assert(sizeof(char*) == sizeof(std::uint64_t));

/// Texts one after the other, each with its NUL, from a place in the memory on.
struct Texts {
  std::uint64_t begin = 0;
  std::string bytes{};

  std::uint64_t add(std::string_view text) {
    std::uint64_t const place = begin + bytes.size();
    bytes += text;
    bytes += '\0';
    return place;
  }
};

std::vector<std::string> variables(Command const& command) {
  std::vector<std::string> texts;
  texts.reserve(command.environment.size());
  for (auto const& [name, value] : command.environment)
    texts.push_back(fmt::format("{}={}", name, value));
  return texts;
}

/// The kernel counts a user's; of all there are at least as many.
std::uint64_t tasks_now() {
  struct sysinfo info{};
  return ::sysinfo(&info) == 0 ? info.procs : UINT16_MAX;
}

std::string build(Command const& command, std::string const& program) {
  Confinement const bounds = command.confinement.value_or(Confinement{});
  std::vector<std::string> const environment = variables(command);
  ChildOrder order{.arguments = command.arguments.size(),
                   .environment = environment.size(),
                   .writable = bounds.writable.size(),
                   .terminal = command.terminal ? 1U : 0U,
                   .bounded = command.confinement ? 1U : 0U,
                   .memory = bounds.memory,
                   .processes = bounds.processes == 0 ? 0 : bounds.processes + tasks_now(),
                   .files = bounds.files};
  std::vector<std::uint64_t> places;
  std::size_t const count = order.arguments + order.environment + order.writable + 3;
  Texts texts{sizeof order + count * sizeof(std::uint64_t)};
  for (auto const* const list : {&command.arguments, &environment, &bounds.writable}) {
    for (std::string const& text : *list) places.push_back(texts.add(text));
    places.push_back(0);
  }
  order.program = texts.add(program);
  if (!command.directory.empty()) order.directory = texts.add(command.directory);
  order.size = texts.begin + texts.bytes.size();
  std::string bytes(sizeof order + count * sizeof(std::uint64_t), '\0');
  std::memcpy(bytes.data(), &order, sizeof order);
  std::memcpy(bytes.data() + sizeof order, places.data(), count * sizeof(std::uint64_t));
  return bytes + texts.bytes;
}

}  // namespace

Result<Descriptor> write_order(Command const& command, std::string const& program) {
  std::string const bytes = build(command, program);
  Descriptor memory(::memfd_create("landfall-order", MFD_CLOEXEC));
  std::string_view rest = bytes;
  while (memory && !rest.empty()) {
    ssize_t const count = ::write(memory.get(), rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  if (memory && rest.empty()) return memory;
  return fail(ErrorKind::config, std::string("no memory to share: ") + std::strerror(errno));
}

ChildOrder* map_order(int descriptor) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return nullptr;
  auto const size = static_cast<std::size_t>(status.st_size);
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0);
  if (memory == MAP_FAILED) return nullptr;
  auto* const order = static_cast<ChildOrder*>(memory);
  char** const list = order->argument_list();
  std::uint64_t const count = order->arguments + order->environment + order->writable + 3;
  for (std::uint64_t i = 0; i < count; ++i) {
    list[i] = order->text(reinterpret_cast<std::uint64_t>(list[i]));
  }
  return order;
}

char* ChildOrder::text(std::uint64_t place) {
  return place == 0 ? nullptr : reinterpret_cast<char*>(this) + place;
}

char** ChildOrder::argument_list() {
  return reinterpret_cast<char**>(this + 1);
}

char** ChildOrder::environment_list() {
  return argument_list() + arguments + 1;
}

char** ChildOrder::writable_list() {
  return environment_list() + environment + 1;
}

}  // namespace landfall
