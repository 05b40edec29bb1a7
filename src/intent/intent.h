// landfall.yaml: what should be, declared. docs/landfall.yaml is its documented example and its
// schema test.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/yaml.h"

namespace landfall {

enum class Expect { deployed, empty };

/// How the answer of the health path proves health.
struct Health {
  std::string path = "/";             ///< starts with "/"
  int status = 200;                   ///< the only healthy status
  std::optional<std::string> body;    ///< text that a healthy body contains
  std::optional<std::string> commit;  ///< dotted JSON path to the running commit in the body
  int times = 3;                      ///< so many healthy answers in a row prove health
  Duration interval = 10s;            ///< between two of them, while a deploy is verified
};

struct Smoke {
  std::string command;  ///< run by `sh -c` in a folder that holds exactly the source to deploy
  Duration timeout = 10min;
};

struct Approval {
  std::vector<std::string> reviewers;  ///< empty: no approval is needed
  int minimum = 1;
  bool self_approval = false;  ///< may the one who asked for the deploy approve it
  Duration wait{0};            ///< at least so long after the last approval
  Duration expires = 24h;      ///< an unanswered request ends after this
};

struct DeployIntent {
  std::string driver = "heroku";
  std::optional<std::string> workflow;  ///< the one workflow file that may also deploy this target
  std::optional<Smoke> smoke;
  Approval approval;
  Duration timeout = 20min;  ///< from the start of the build to the last healthy answer
};

/// A GitHub environment that this target's workflows must pass.
struct EnvironmentIntent {
  std::string name;
  std::vector<std::string> reviewers;  ///< GitHub logins
  std::vector<std::string> branches;   ///< deployment branch policies
  Duration wait_timer{0};
};

/// One service in one environment.
struct Target {
  std::string name;  ///< "service/environment", the subject of verdicts
  std::string service;
  std::string environment;
  std::string provider = "heroku";
  std::string app;
  std::string repository;  ///< "owner/name"
  std::string branch = "main";
  std::string path;                   ///< folder of the repository that it runs; "" is all of it
  std::optional<std::string> origin;  ///< URL; absent: the app's web_url
  std::optional<std::string> edge;    ///< URL as users reach it, through proxies
  Health health;
  std::map<std::string, int> processes{{"web", 1}};  ///< process type to minimum of running dynos
  Expect expect = Expect::deployed;
  std::optional<Instant> expect_until;  ///< expect: empty holds until this date
  std::optional<Instant> launch;        ///< before it nobody outside uses the target
  Duration grace = 1h;                  ///< after creation an app may be undeployed for so long
  Duration behind = 24h;  ///< the running commit may be older than the branch's by so much
  std::string owner;
  std::vector<std::string> dependents;
  std::optional<EnvironmentIntent> gate;  ///< the GitHub environment of this target
  DeployIntent deploy;
  yaml::Mark mark;  ///< where it stands in the file
};

struct Freeze {
  Instant from;
  Instant until;
  std::string reason;
};

/// How mail leaves.
struct MailIntent {
  std::string host;
  std::optional<int> port;  ///< absent: the one that is usual for `tls`
  std::string tls = "starttls";
  std::string user;  ///< empty: nobody signs in
  std::string from;
  std::string to;
};

/// Where alerts go.
struct Receiver {
  std::string name;
  std::string kind;                  ///< webhook, email, slack, pagerduty, alertmanager, command...
  std::string url;                   ///< empty: the service's own, or what `url_variable` says
  std::string url_variable;          ///< names the variable that holds a URL which is secret
  std::string key_variable;          ///< names the variable that holds the key or the password
  std::string repository;            ///< of GitHub issues
  std::vector<std::string> command;  ///< of a command, with its arguments
  MailIntent mail;
  yaml::Mark mark;
};

/// Which alerts go to which receivers. What a list leaves empty, it does not ask for.
struct AlertRoute {
  std::vector<std::string> severities;
  std::vector<std::string> services;
  std::vector<std::string> environments;
  std::vector<std::string> owners;
  std::vector<std::string> to;        ///< names of receivers
  std::vector<std::string> escalate;  ///< and of those that are told too when nobody mends it
};

struct AlertIntent {
  Duration resolve_after = 1min;  ///< so long must a fault stay away
  /// Ages at which an alert that nobody acknowledged is told again.
  std::vector<Duration> escalate_after{1h, 24h, 24h * 7};
  std::vector<Receiver> receivers;
  std::vector<AlertRoute> routes;
  std::optional<std::string>
      heartbeat;  ///< URL that is asked after each round: a dead man's switch

  /// nullptr if there is none of that name.
  Receiver const* receiver(std::string_view name) const;
};

struct Intent {
  AlertIntent alerts;
  std::string organisation;
  std::string file;
  std::vector<Target> targets;
  std::vector<Freeze> freezes;

  /// nullptr if there is none of that name.
  Target const* target(std::string_view name) const;
};

/// Reads the text of a landfall.yaml. The first mistake is an Error of kind config:
/// `landfall.yaml:12:7: unknown key 'heath' in environment 'production': did you mean 'health'?`.
Result<Intent> parse_intent(std::string_view text, std::string_view file);

}  // namespace landfall
