// All commands: each in its own file, none with logic of its own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/output.h"
#include "world/world.h"

namespace landfall {

CommandSpec alerts_command();
CommandSpec alerts_ack_command();
CommandSpec alerts_show_command();
CommandSpec alerts_silence_command();
CommandSpec alerts_test_command();
CommandSpec approve_command();
CommandSpec audit_command();
CommandSpec backup_command();
CommandSpec check_command();
CommandSpec checks_command();
CommandSpec completion_command();
CommandSpec config_check_command();
CommandSpec demo_command();
CommandSpec deploy_command();
CommandSpec deploys_command();
CommandSpec explain_command();
CommandSpec fix_command();
CommandSpec incident_list_command();
CommandSpec incident_report_command();
CommandSpec init_command();
CommandSpec lift_command();
CommandSpec paths_command();
CommandSpec query_command();
CommandSpec reject_command();
CommandSpec restore_command();
CommandSpec sandbox_command();
CommandSpec sandbox_crash_command();
CommandSpec sandbox_env_command();
CommandSpec sandbox_faults_command();
CommandSpec sandbox_faults_add_command();
CommandSpec sandbox_faults_clear_command();
CommandSpec sandbox_faults_remove_command();
CommandSpec sandbox_requests_command();
CommandSpec sandbox_state_command();
CommandSpec sandbox_time_command();
CommandSpec sandbox_time_advance_command();
CommandSpec sandbox_time_set_command();
CommandSpec status_command();
CommandSpec store_copy_command();
CommandSpec tables_command();
CommandSpec test_command();
CommandSpec version_command();
CommandSpec watch_command();

/// In the order of help.
std::vector<CommandSpec> all_commands();

/// What a command may want of the process that it runs in; what is left out does nothing.
struct ProcessHooks {
  /// Shifts the clock of the real world; does nothing to a simulated one.
  std::function<void(Instant)> set_clock = [](Instant) {};
  /// Runs the work when the person presses Ctrl-C.
  std::function<void(Work)> on_interrupt = [](Work) {};
  /// Runs the work each time SIGHUP arrives.
  std::function<void(Work)> on_hangup = [](Work) {};
  /// Tells the service manager how it stands: RealWorld::tell_manager.
  std::function<void(std::string_view)> tell_manager = [](std::string_view) {};
};

/// Runs what was typed and returns the exit code. Errors are printed to the output's err.
int run_command(World world, Output const& output, std::vector<std::string> const& words,
                ProcessHooks const& hooks);

}  // namespace landfall
