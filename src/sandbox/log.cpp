#include "sandbox/log.h"

#include <utility>

namespace landfall::sandbox {
namespace {

std::size_t const lines_max = 1500;

}  // namespace

void add_log(App& app, LogLine line) {
  app.logs.push_back(std::move(line));
  if (app.logs.size() > lines_max) app.logs.pop_front();
  ++app.logged;
}

}  // namespace landfall::sandbox
