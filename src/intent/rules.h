// What a name, a place or a reference of landfall.yaml may look like.
#pragma once

#include <string>
#include <string_view>

namespace landfall {

/// Empty if the text is fine, else what was expected: "a name such as 'raxx-api'...".
using TextRule = std::string (*)(std::string_view);

std::string any_text_rule(std::string_view text);      ///< not empty, one line
std::string command_rule(std::string_view text);       ///< not empty, may have lines
std::string label_rule(std::string_view text);         ///< a service's or an environment's name
std::string app_rule(std::string_view text);           ///< Heroku's rule for names of apps
std::string process_rule(std::string_view text);       ///< a process type of a Procfile
std::string repository_rule(std::string_view text);    ///< owner/name on GitHub
std::string login_rule(std::string_view text);         ///< a GitHub login
std::string branch_rule(std::string_view text);        ///< what git allows
std::string folder_rule(std::string_view text);        ///< relative, inside the repository
std::string url_rule(std::string_view text);           ///< http(s), a host, no user, no query
std::string mail_server_rule(std::string_view text);   ///< host[:port]
std::string mail_address_rule(std::string_view text);  ///< local@domain, without a name
std::string url_path_rule(std::string_view text);      ///< begins with a slash
std::string json_path_rule(std::string_view text);     ///< dotted
std::string workflow_rule(std::string_view text);      ///< [.github/workflows/]NAME.yml

/// Does a key of this name ask for a secret: token, api_key, password...
bool names_a_secret(std::string_view key);
/// Does the text contain what has the form of a known kind of token or private key.
bool contains_a_secret(std::string_view text);

}  // namespace landfall
