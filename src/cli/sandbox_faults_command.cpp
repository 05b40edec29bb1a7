#include <fmt/core.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/sandbox_client.h"

namespace landfall {
namespace {

char const* const path = "/sandbox/faults";

std::string cell(Json const& fault, std::string_view key) {
  Json const* const value = fault.find(key);
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? value->as_string() : value->dump();
}

/// What a fault does beyond its kind: "503, 2 times left, until ...".
std::string details_of(Json const& fault) {
  std::vector<std::string> parts;
  auto const add = [&](std::string_view key, std::string_view form) {
    std::string const value = cell(fault, key);
    if (!value.empty()) parts.push_back(fmt::format(fmt::runtime(form), value));
  };
  add("status", "{}");
  add("retry_after", "retry after {} s");
  add("latency_ms", "{} ms");
  add("skew", "clock {}");
  add("age", "{} old");
  add("token", "token {}");
  add("user", "of {}");
  add("times", "{} times left");
  if (cell(fault, "probability") != "1.0" && cell(fault, "probability") != "1")
    add("probability", "chance {}");
  add("from", "from {}");
  add("until", "until {}");
  return join(parts, ", ");
}

Result<int> print_faults(Context& context) {
  Json const faults = TRY(ask_sandbox(context, "GET", path));
  if (context.json()) {
    context.output.line(faults.pretty());
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (Json const& fault : *TRY(faults.items())) {
    Json const* const active = fault.find("active");
    bool const is_active = active != nullptr && active->is_bool() && active->as_bool();
    std::string const method = cell(fault, "method");
    rows.push_back({cell(fault, "id"), is_active ? "active" : "idle", cell(fault, "service"),
                    (method.empty() ? "" : method + " ") + cell(fault, "path"), cell(fault, "kind"),
                    details_of(fault)});
  }
  if (rows.empty()) {
    context.output.line("There are no faults: every request is answered as it should be.");
    return 0;
  }
  context.output.out(table_text({"id", "now", "service", "route", "kind", "how"}, rows));
  return 0;
}

Result<> set_number(Context& context, Json& fault, std::string const& key) {
  std::string const option = "--" + replace_all(key, "_", "-");
  std::string const written = context.arguments.value_or(option, "");
  if (written.empty()) return {};
  auto const number = Json::parse(written);
  if (!number || (!number->is_integer() && !number->is_double()))
    return fail(ErrorKind::usage,
                fmt::format("{} takes a number, found '{}'", option, printable(written)));
  fault.set(key, *number);
  return {};
}

Result<int> add_fault(Context& context) {
  Json fault = Json::object(
      {{"service", context.arguments.operands[0]}, {"kind", context.arguments.operands[1]}});
  for (std::string const key :
       {"method", "path", "latency", "token", "user", "skew", "age", "from", "until", "for"}) {
    if (context.arguments.has("--" + key))
      fault.set(key, context.arguments.value_or("--" + key, ""));
  }
  for (std::string const key : {"status", "retry_after", "times", "probability"})
    TRY(set_number(context, fault, key));
  Json const made = TRY(ask_sandbox(context, "POST", path, fault));
  if (context.json()) {
    context.output.line(made.pretty());
  } else {
    context.output.line(
        fmt::format("fault {}: {} {} on {}; end it with `landfall sandbox faults "
                    "remove {}`",
                    cell(made, "id"), cell(made, "kind"), details_of(made), cell(made, "service"),
                    cell(made, "id")));
  }
  return 0;
}

Result<int> remove_fault(Context& context) {
  std::string const id = context.arguments.operands[0];
  if (!parse_integer(id))
    return fail(
        ErrorKind::usage,
        fmt::format("'{}' is no fault's id: `landfall sandbox faults` lists them", printable(id)));
  TRY(ask_sandbox(context, "DELETE", std::string(path) + "/" + id));
  context.output.line(fmt::format("fault {} has ended", id));
  return 0;
}

Result<int> clear_faults(Context& context) {
  TRY(ask_sandbox(context, "DELETE", path));
  context.output.line("all faults have ended");
  return 0;
}

}  // namespace

CommandSpec sandbox_faults_command() {
  return {
      "sandbox faults",
      "The faults of a sandbox that runs",
      "",
      "Lists what goes wrong in the sandbox on purpose, and whether it does so now: a fault has "
      "its\nwindow of time and its number of times. `landfall sandbox faults add` adds one.",
      {sandbox_option()},
      {"landfall sandbox faults", "landfall sandbox faults --output json"},
      0,
      0,
      print_faults};
}

CommandSpec sandbox_faults_add_command() {
  return {
      "sandbox faults add",
      "Lets requests go wrong in a sandbox that runs",
      "SERVICE KIND",
      "SERVICE is heroku, github or router (the apps). KIND is what clients see:\n"
      "  status     an error of --status, with --retry-after\n"
      "  limited    the platform's own limit: Heroku's 429, GitHub's secondary one (403, or 429)\n"
      "  revoked    401 in the platform's words, for one --token, a --user's, or all\n"
      "  latency    the good answer, --latency later\n"
      "  stale      a GET shows what was true --age ago: a release that is seen too late\n"
      "  skew       a clock that is wrong by --skew, such as -90s: Date and the times in headers\n"
      "  wrong      JSON of another shape\n"
      "  truncate   half the answer\n"
      "  html       a sign-in page instead of JSON\n"
      "  huge       30 MB of JSON\n"
      "  stall      nothing, ever\n"
      "  drop       the connection closes; the request was never looked at\n"
      "  lost       the connection closes; the request was done\n"
      "It strikes each request to the service, or those that --path, --method, --times,\n"
      "--probability and the window (--from, --until, --for) let through. Times are the sandbox's.",
      {sandbox_option(),
       {"--path", "PREFIX", "only paths that begin so; default: /"},
       {"--method", "METHOD", "only this method"},
       {"--times", "N", "so often, then no more"},
       {"--probability", "P", "with this chance, from 0 to 1"},
       {"--from", "TIME", "not before this instant"},
       {"--until", "TIME", "not from this instant on"},
       {"--for", "DURATION", "for that long, from now or from --from"},
       {"--status", "CODE", "of kind status (500) or limited"},
       {"--retry-after", "SECONDS", "of kind status or limited"},
       {"--latency", "DURATION", "of kind latency"},
       {"--token", "TOKEN", "of kind revoked"},
       {"--user", "LOGIN", "of kind revoked"},
       {"--skew", "DURATION", "of kind skew; may be negative: --skew=-90s"},
       {"--age", "DURATION", "of kind stale"}},
      {"landfall sandbox faults add heroku status --status 503 --path /apps --for 10m",
       "landfall sandbox faults add github limited --retry-after 30 --times 3",
       "landfall sandbox faults add heroku stale --age 5m --path /apps/shop/releases"},
      2,
      2,
      add_fault};
}

CommandSpec sandbox_faults_remove_command() {
  return {"sandbox faults remove",
          "Ends one fault of a sandbox that runs",
          "ID",
          "The id is the first column of `landfall sandbox faults`.",
          {sandbox_option()},
          {"landfall sandbox faults remove 9000000042"},
          1,
          1,
          remove_fault};
}

CommandSpec sandbox_faults_clear_command() {
  return {"sandbox faults clear",
          "Ends all faults of a sandbox that runs",
          "",
          "From then on every request is answered as it should be.",
          {sandbox_option()},
          {"landfall sandbox faults clear"},
          0,
          0,
          clear_faults};
}

}  // namespace landfall
