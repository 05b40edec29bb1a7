#include "cli/commands.h"

#include <fmt/core.h>

#include "base/text.h"
#include "cli/context.h"

namespace landfall {
namespace {

int exit_code_of(Error const& error) {
  if (error.code == "interrupted") return 130;
  switch (error.kind) {
    case ErrorKind::usage:
    case ErrorKind::config:
      return 2;
    case ErrorKind::network:
    case ErrorKind::refused:
    case ErrorKind::missing:
    case ErrorKind::data:
      return 3;
  }
  return 3;
}

std::string hint_for(CommandSpec const& command) {
  return fmt::format("Run `landfall {} --help` for what it takes.\n", command.name);
}

}  // namespace

std::vector<CommandSpec> all_commands() {
  return {demo_command(),
          audit_command(),
          paths_command(),
          explain_command(),
          checks_command(),
          check_command(),
          watch_command(),
          status_command(),
          alerts_command(),
          alerts_show_command(),
          alerts_ack_command(),
          alerts_silence_command(),
          alerts_test_command(),
          test_command(),
          deploy_command(),
          approve_command(),
          reject_command(),
          lift_command(),
          deploys_command(),
          fix_command(),
          incident_list_command(),
          incident_report_command(),
          query_command(),
          backup_command(),
          restore_command(),
          store_copy_command(),
          tables_command(),
          init_command(),
          config_check_command(),
          sandbox_command(),
          sandbox_env_command(),
          sandbox_state_command(),
          sandbox_requests_command(),
          sandbox_time_command(),
          sandbox_time_advance_command(),
          sandbox_time_set_command(),
          sandbox_faults_command(),
          sandbox_faults_add_command(),
          sandbox_faults_remove_command(),
          sandbox_faults_clear_command(),
          sandbox_crash_command(),
          completion_command(),
          version_command()};
}

int run_command(World world, Output const& output, std::vector<std::string> const& words,
                ProcessHooks const& hooks) {
  std::vector<CommandSpec> const commands = all_commands();
  auto const fail_with = [&](Error const& error, std::string_view hint) {
    output.err(fmt::format("landfall: {}\n{}", error.text, hint));
    return exit_code_of(error);
  };
  auto const arguments = parse_arguments(commands, words);
  if (!arguments) {
    CommandSpec const* meant = meant_command(commands, words);
    return fail_with(arguments.error(), meant == nullptr
                                            ? "Run `landfall --help` for what there is.\n"
                                            : hint_for(*meant));
  }
  if (arguments->help) {
    output.out(arguments->command == nullptr ? help_text(commands)
                                             : help_text(*arguments->command));
    return 0;
  }
  Context context{world, output, *arguments, hooks};
  Output plain = output;
  plain.color = false;
  Context plain_context{world, plain, *arguments, hooks};
  bool const no_color = arguments->has("--no-color");
  Result<int> const code = arguments->command->run(no_color ? plain_context : context);
  if (!code)
    return fail_with(code.error(), code.error().kind == ErrorKind::usage
                                       ? hint_for(*arguments->command)
                                       : std::string());
  return *code;
}

}  // namespace landfall
