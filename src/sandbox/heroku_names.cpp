// What Heroku's names mean: of users, teams, sizes, stacks and regions, and of new things.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sandbox/heroku.h"

namespace landfall::sandbox {
namespace {

std::array<std::string_view, 32> const adjectives{
    "aqueous", "arcane",    "boiling",  "calm",      "cryptic",    "desolate", "enigmatic",
    "evening", "fierce",    "floating", "frozen",    "gentle",     "guarded",  "hidden",
    "intense", "limitless", "lit",      "morning",   "mysterious", "nameless", "obscure",
    "pacific", "peaceful",  "polar",    "powerful",  "pure",       "quiet",    "rocky",
    "secure",  "serene",    "still",    "whispering"};
std::array<std::string_view, 32> const nouns{
    "bastion", "bayou",  "beach",   "brook",  "brushlands", "caverns",    "cliffs", "coast",
    "cove",    "crag",   "dawn",    "depths", "dusk",       "escarpment", "falls",  "fjord",
    "garden",  "harbor", "hollows", "inlet",  "island",     "lake",       "meadow", "mesa",
    "oasis",   "plains", "reef",    "ridge",  "river",      "savannah",   "shelf",  "waters"};

std::array<std::string_view, 9> const sizes{
    "Eco",           "Basic",          "Standard-1X",       "Standard-2X",    "Performance-M",
    "Performance-L", "Performance-XL", "Performance-L-RAM", "Performance-2XL"};
std::array<std::string_view, 4> const stacks{"heroku-22", "heroku-24", "container", "cnb"};
std::array<std::string_view, 2> const regions{"us", "eu"};

template <class Names>
std::string_view in(Names const& names, std::string_view wanted) {
  for (std::string_view const name : names) {
    if (lower(name) == lower(wanted) || named_id(name) == wanted) return name;
  }
  return "";
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_small(char c) {
  return c >= 'a' && c <= 'z';
}

}  // namespace

std::string named_id(std::string_view name) {
  std::string const hex = sha1(name);
  return fmt::format("{}-{}-5{}-8{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(13, 3),
                     hex.substr(17, 3), hex.substr(20, 12));
}

Json named(std::string_view name) {
  return Json::object({{"id", named_id(name)}, {"name", name}});
}

std::string made_up_name(Random& random) {
  return fmt::format("{}-{}-{:05}", adjectives[random.below(adjectives.size())],
                     nouns[random.below(nouns.size())], random.below(100'000));
}

std::string heroku_url(State const& state, std::string_view path) {
  return fmt::format("http://127.0.0.1:{}{}", state.ports.heroku, path);
}

std::string web_url(State const& state, App const& app) {
  return fmt::format("http://{}.localhost:{}/", app.host, state.ports.router);
}

User const* find_user(State const& state, User const& self, std::string_view who) {
  if (who == "~") return state.user(self.login);
  auto const found = std::find_if(state.users.begin(), state.users.end(), [&](User const& user) {
    return user.uuid == who || lower(user.email) == lower(who) || user.login == who;
  });
  return found == state.users.end() ? nullptr : &*found;
}

HerokuTeam* find_team(State& state, std::string_view name_or_id) {
  for (auto& [name, team] : state.heroku.teams) {
    if (name == name_or_id || team.id == name_or_id) return &team;
  }
  return nullptr;
}

bool owns(State const& state, App const& app, std::string_view login) {
  auto const team = state.heroku.teams.find(app.team);
  if (team == state.heroku.teams.end()) return app.owner == login;
  auto const member = team->second.members.find(login);
  return member != team->second.members.end() && member->second == "admin";
}

/// https://devcenter.heroku.com/articles/platform-api-reference#app: the pattern of names.
std::string app_name_fault(std::string_view name) {
  if (name.size() < 3) return "Name is too short (minimum is 3 characters)";
  if (name.size() > 30) return "Name is too long (maximum is 30 characters)";
  bool const known = std::all_of(name.begin(), name.end(),
                                 [](char c) { return is_small(c) || is_digit(c) || c == '-'; });
  if (known && is_small(name[0]) && name.back() != '-') return "";
  return "Name must start with a letter, end with a letter or digit and can only contain "
         "lowercase letters, digits, and dashes.";
}

std::string dyno_size(std::string_view name) {
  return std::string(in(sizes, name));
}

bool is_stack(std::string_view name) {
  return !in(stacks, name).empty();
}

bool is_region(std::string_view name) {
  return !in(regions, name).empty();
}

}  // namespace landfall::sandbox
