// Judges answers of the REST API by GitHub's own OpenAPI description: schema/github.json.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "world/http.h"

namespace landfall {

class GitHubSchema {
 public:
  static GitHubSchema const& shared() {
    static GitHubSchema const schema;
    return schema;
  }

  /// What is wrong with an answer; nothing for paths that are not of the API.
  std::vector<std::string> complaints(std::string const& method, Url const& url,
                                      Response const& response) const {
    std::vector<std::string> said;
    std::string const operation = operation_of(method == "HEAD" ? "GET" : method, url.segments());
    if (operation.empty() || method == "HEAD") return said;
    judge(operation, response, said);
    std::erase_if(said, [&](std::string const& one) { return is_excused(one); });
    return said;
  }

  /// "GET /repos/{owner}/{repo}" of a request; empty: GitHub has no such operation among those
  /// kept.
  std::string operation_of(std::string const& method,
                           std::vector<std::string> const& segments) const {
    std::string best;
    int most = -1;
    for (auto const& [name, answers] : root_.find("operations")->as_object()) {
      std::size_t const blank = name.find(' ');
      if (name.substr(0, blank) != method) continue;
      int const literal = matches(name.substr(blank + 1), segments);
      if (literal > most) best = name;
      most = std::max(most, literal);
    }
    return best;
  }
  /// May hold slashes, or be left out.
  static bool is_open_ended(std::string_view part) {
    for (char const* one : {"{path}", "{ref}", "{branch}", "{basehead}", "{tree_sha}", "{tag}"})
      if (part == one) return true;
    return false;
  }
  Json const& operations() const { return *root_.find("operations"); }

  /// How many segments are literally the same; -1: the path is another.
  static int matches(std::string_view pattern, std::vector<std::string> const& segments) {
    std::vector<std::string> const parts =
        pattern == "/" ? std::vector<std::string>{} : split(pattern.substr(1), '/');
    bool const takes_more = !parts.empty() && is_open_ended(parts.back());
    std::size_t const least = parts.size() - (takes_more && segments.size() > 3 ? 1 : 0);
    if (segments.size() < least) return -1;
    int literal = 0;
    for (std::size_t i = 0; i < std::min(parts.size(), segments.size()); ++i) {
      bool const hole = parts[i].starts_with('{');
      if (!hole && parts[i] != segments[i]) return -1;
      if (!hole) ++literal;
    }
    return segments.size() == parts.size() || takes_more ? literal : -1;
  }

 private:
  using Said = std::vector<std::string>;

  GitHubSchema() {
    std::ifstream file(LANDFALL_SOURCE "/src/sandbox/schema/github.json");
    std::stringstream text;
    text << file.rdbuf();
    auto schema = Json::parse(text.str());
    EXPECT_TRUE(schema) << schema.error().text;
    if (schema) root_ = *std::move(schema);
    for (auto const& [name, one] : root_.find("schemas")->as_object()) schemas_[name] = &one;
  }

  /// Answers that differ from the description on purpose, because GitHub's own do.
  static bool is_excused(std::string_view said) {
    // What Actions gives the deployment of a job that waits for its gate is not among the words.
    return said.find("\"waiting\" is none of [\"error\"") != std::string_view::npos;
  }

  void judge(std::string const& operation, Response const& response, Said& said) const {
    Json const* answers = nullptr;
    for (auto const& [name, value] : operations().as_object())
      if (name == operation) answers = &value;
    Json const* schema = nullptr;
    for (auto const& [status, value] : answers->as_object())
      if (status == std::to_string(response.status)) schema = &value;
    bool const is_json =
        response.headers.value_or("Content-Type", "").starts_with("application/json");
    if (response.status >= 400) return judge_refusal(response, schema, said);
    if (response.status == 304 || response.status == 301 || response.status == 307) return;
    if (schema == nullptr)
      return said.push_back("GitHub gives no answer " + std::to_string(response.status));
    if (schema->is_null()) {
      bool const empty = response.body.empty() || response.status == 302;
      if (!empty && is_json) said.push_back("GitHub's answer has no body");
      return;
    }
    // Raw contents and the like are asked for by Accept.
    if (!is_json) return;
    auto const body = Json::parse(response.body);
    if (!body) return said.push_back("no JSON: " + response.body.substr(0, 100));
    check(*schema, *body, "$", said);
  }

  /// Those that the description does not list have the usual form all the same.
  void judge_refusal(Response const& response, Json const* schema, Said& said) const {
    auto const body = Json::parse(response.body);
    if (!body || !body->is_object()) return said.push_back("a refusal that is no JSON object");
    for (char const* member : {"message", "documentation_url", "status"})
      if (!body->text(member)) said.push_back(std::string("a refusal without ") + member);
    if (schema != nullptr && !schema->is_null()) check(*schema, *body, "$", said);
  }

  Json const& resolved(Json const& schema) const {
    Json const* at = &schema;
    while (Json const* const reference = at->find("$ref")) {
      std::string const& path = reference->as_string();
      auto const found = schemas_.find(path.substr(path.rfind('/') + 1));
      EXPECT_NE(found, schemas_.end()) << path;
      if (found == schemas_.end()) break;
      at = found->second;
    }
    return *at;
  }

  static bool is_type(std::string_view type, Json const& value) {
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_integer();
    if (type == "number") return value.is_integer() || value.is_double();
    if (type == "boolean") return value.is_bool();
    if (type == "array") return value.is_array();
    return type == "object" && value.is_object();
  }

  static bool is_true(Json const& schema, char const* name) {
    Json const* const value = schema.find(name);
    return value != nullptr && value->is_bool() && value->as_bool();
  }

  bool fits(Json const& schema, Json const& value) const {
    Said said;
    check(schema, value, "", said);
    return said.empty();
  }

  void check(Json const& reference, Json const& value, std::string const& where, Said& said) const {
    Json const& schema = resolved(reference);
    if (value.is_null() && (is_true(schema, "nullable") || is_true(reference, "nullable"))) return;
    check_choices(schema, value, where, said);
    Json const* const type = schema.find("type");
    if (type != nullptr && !is_type(type->as_string(), value)) {
      said.push_back(where + " is " + std::string(value.kind()) + ", wanted " + type->dump());
      return;
    }
    check_text(schema, value, where, said);
    Json const* const items = schema.find("items");
    if (items != nullptr && value.is_array())
      for (Json const& item : value.as_array()) check(*items, item, where + "[]", said);
    if (value.is_object()) check_members(schema, value, where, said);
  }

  void check_choices(Json const& schema, Json const& value, std::string const& where,
                     Said& said) const {
    if (Json const* const all = schema.find("allOf"))
      for (Json const& one : all->as_array()) check(one, value, where, said);
    for (char const* name : {"oneOf", "anyOf"}) {
      Json const* const some = schema.find(name);
      if (some == nullptr) continue;
      auto const& choices = some->as_array();
      bool const good = std::any_of(choices.begin(), choices.end(),
                                    [&](Json const& one) { return fits(one, value); });
      if (good) continue;
      said.push_back(where + " is none of " + std::to_string(choices.size()) + " choices");
      check(choices.front(), value, where, said);
    }
  }

  static void check_text(Json const& schema, Json const& value, std::string const& where,
                         Said& said) {
    Json const* const words = schema.find("enum");
    if (words != nullptr) {
      auto const& known = words->as_array();
      if (std::find(known.begin(), known.end(), value) == known.end())
        said.push_back(where + ": " + value.dump() + " is none of " + words->dump());
    }
    Json const* const format = schema.find("format");
    bool const timed = format != nullptr && format->as_string() == "date-time";
    if (timed && value.is_string() && !parse_instant(value.as_string()))
      said.push_back(where + ": " + value.dump() + " is no time");
  }

  void check_members(Json const& schema, Json const& value, std::string const& where,
                     Said& said) const {
    if (Json const* const required = schema.find("required"))
      for (Json const& name : required->as_array())
        if (member(value, name.as_string()) == nullptr)
          said.push_back(where + "." + name.as_string() + " is missing");
    Json const* const properties = schema.find("properties");
    Json const* const more = schema.find("additionalProperties");
    for (auto const& [name, one] : value.as_object()) {
      Json const* const property = properties == nullptr ? nullptr : member(*properties, name);
      if (property != nullptr) {
        check(*property, one, where + "." + name, said);
      } else if (more != nullptr && more->is_bool() && !more->as_bool()) {
        said.push_back(where + "." + name + " is not GitHub's");
      } else if (more != nullptr && more->is_object()) {
        check(*more, one, where + "." + name, said);
      }
    }
  }

  /// By name alone: find() takes dots for paths.
  static Json const* member(Json const& object, std::string const& name) {
    for (auto const& [key, value] : object.as_object())
      if (key == name) return &value;
    return nullptr;
  }

  Json root_ = Json::object();
  std::map<std::string, Json const*, std::less<>> schemas_;
};

}  // namespace landfall
