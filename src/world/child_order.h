// What a child is to become, in a form that crosses from this process to the child: one piece of
// shared memory, so that on the other side nothing has to be allocated.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "world/descriptor.h"
#include "world/process.h"

namespace landfall {

/// The beginning of the memory; texts are told by their place in it, 0 for none. The places of the
/// arguments, variables and writable folders follow, each list ended by a 0; then the texts.
struct ChildOrder {
  std::uint64_t size = 0;
  std::uint64_t program = 0;
  std::uint64_t directory = 0;
  std::uint64_t arguments = 0;  ///< how many; without the 0
  std::uint64_t environment = 0;
  std::uint64_t writable = 0;
  std::uint64_t terminal = 0;
  std::uint64_t bounded = 0;  ///< the four above and below hold
  std::uint64_t memory = 0;
  std::uint64_t processes = 0;
  std::uint64_t files = 0;

  // In the child, after map_order().
  char* text(std::uint64_t place);
  char** argument_list();
  char** environment_list();
  char** writable_list();
};

/// `program` is the command's program as a path.
Result<Descriptor> write_order(Command const& command, std::string const& program);

/// The order, its lists turned into pointers. Only system calls; null if there is no memory.
ChildOrder* map_order(int descriptor);

}  // namespace landfall
