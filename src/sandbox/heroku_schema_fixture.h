// Heroku's own schema as a judge of the sandbox's answers: finds the link that a request is, and
// holds the answer against the link's targetSchema. As in Heroku's own tools strictProperties means
// that every listed property is there, and no other.
// https://github.com/interagent/prmd/blob/master/docs/schemata.md
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "world/http.h"

namespace landfall {

/// Texts whose pattern or format a local sandbox cannot keep.
struct SchemaExemption {
  char const* place;  ///< how the place of the complaint ends
  char const* reason;
};
inline SchemaExemption const schema_exemptions[] = {
    {".web_url", "apps answer on this machine, not at herokuapp.com"},
    {".hostname", "said to be a URI, and the schema's own example is none"},
};

/// Calls that official clients make and the schema does not have.
inline char const* const calls_beyond_the_schema[] = {
    "GET /accounts/{}/actions/get-quota",
};

class HerokuSchema {
 public:
  struct Link {
    std::string method;
    std::string href;  ///< with {} for each placeholder
    std::string title;
    std::string rel;
    Json const* target = nullptr;  ///< nullptr: any
  };

  static HerokuSchema const& shared() {
    static HerokuSchema const schema;
    return schema;
  }

  /// Complaints about an answer, each with its place; none if all is well.
  std::vector<std::string> complaints(std::string const& method, Url const& url,
                                      Response const& response) const {
    std::vector<std::string> said;
    if (response.status >= 400) {
      check_error(response, said);
      return said;
    }
    if (response.status == 304 || method == "HEAD") return said;
    std::vector<Link const*> const links = find_links(method, url);
    if (links.empty()) {
      if (!is_beyond(method, url)) said.push_back("no link of the schema");
      return said;
    }
    auto const body = Json::parse(response.body);
    if (!body) return {"no JSON: " + response.body.substr(0, 100)};
    for (Link const* link : links) {
      said.clear();
      check_status(*link, response.status, said);
      if (link->target != nullptr) check(*link->target, *body, link->title, said);
      if (said.empty()) break;
    }
    return said;
  }

  /// The links that a request may be, of those with the most literal segments.
  std::vector<Link const*> find_links(std::string const& method, Url const& url) const {
    std::vector<Link const*> best;
    int most = -1;
    std::vector<std::string> const segments = url.segments();
    for (Link const& link : links_) {
      if (link.method != method) continue;
      int const literal = matches(link.href, segments);
      if (literal < most || literal < 0) continue;
      if (literal > most) best.clear();
      most = literal;
      best.push_back(&link);
    }
    return best;
  }

  /// How many segments are literally the same; -1: another path.
  static int matches(std::string const& href, std::vector<std::string> const& segments) {
    std::vector<std::string> const parts = split(href.substr(1), '/');
    if (parts.size() != segments.size()) return -1;
    int literal = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i] == segments[i])
        ++literal;
      else if (parts[i] != "{}")
        return -1;
    }
    return literal;
  }

 private:
  HerokuSchema() {
    std::ifstream file(LANDFALL_SOURCE "/src/sandbox/schema/heroku.json");
    std::stringstream text;
    text << file.rdbuf();
    schema_ = *Json::parse(text.str());
    for (auto const& [name, definition] : schema_.find("definitions")->as_object()) {
      Json const* const links = definition.find("links");
      if (links == nullptr) continue;
      for (Json const& link : links->as_array()) add_link(link);
    }
  }

  void add_link(Json const& link) {
    // "/apps/{(%23%2Fdefinitions%2Fapp%2Fdefinitions%2Fidentity)}"
    std::string href;
    bool inside = false;
    for (char const c : *link.text("href")) {
      if (c == '{') href += "{}";
      if (!inside && c != '{') href += c;
      inside = c == '{' || (inside && c != '}');
    }
    href = replace_all(href, "{}}", "{}");
    Json const* const target = link.find("targetSchema");
    links_.push_back(
        {*link.text("method"), href, *link.text("title"), link.text("rel").value_or(""), target});
  }

  static bool is_beyond(std::string const& method, Url const& url) {
    return std::any_of(std::begin(calls_beyond_the_schema), std::end(calls_beyond_the_schema),
                       [&](std::string const& call) {
                         std::size_t const blank = call.find(' ');
                         return call.substr(0, blank) == method &&
                                matches(call.substr(blank + 1), url.segments()) >= 0;
                       });
  }

  static void check_status(Link const& link, int status, std::vector<std::string>& said) {
    bool const makes = link.rel == "create" && link.method != "PUT";
    bool const good = makes ? status == 201
                            : status == 200 || status == 202 || status == 206 ||
                                  (status == 201 && link.method != "GET");
    if (!good) said.push_back(fmt::format("{}: status {}", link.title, status));
  }

  /// https://devcenter.heroku.com/articles/platform-api-reference#error-responses
  static void check_error(Response const& response, std::vector<std::string>& said) {
    static std::map<int, std::vector<std::string>> const ids{
        {400, {"bad_request"}},
        {401, {"unauthorized"}},
        {403, {"forbidden", "suspended"}},
        {404, {"not_found"}},
        {406, {"not_acceptable"}},
        {409, {"conflict"}},
        {410, {"gone"}},
        {416, {"requested_range_not_satisfiable"}},
        {422, {"invalid_params", "verification_needed"}},
        {429, {"rate_limit"}}};
    auto const known = ids.find(response.status);
    if (known == ids.end()) {
      said.push_back(fmt::format("status {} is not Heroku's", response.status));
      return;
    }
    auto const body = Json::parse(response.body);
    auto const id = body ? body->text("id") : Result<std::string>("");
    auto const message = body ? body->text("message") : Result<std::string>("");
    bool const good =
        id && message && !message->empty() &&
        std::find(known->second.begin(), known->second.end(), *id) != known->second.end();
    if (!good) said.push_back("the body of an error: " + response.body.substr(0, 200));
  }

  Json const& resolved(Json const& schema) const {
    Json const* at = &schema;
    while (at->find("$ref") != nullptr) {
      std::vector<std::string> const names = split(at->text("$ref")->substr(2), '/');
      at = &schema_;
      for (std::string const& name : names) {
        at = at->find(name);
        EXPECT_NE(at, nullptr) << name;
        if (at == nullptr) return schema_;
      }
    }
    return *at;
  }

  static std::string type_of(Json const& value) {
    if (value.is_null()) return "null";
    if (value.is_bool()) return "boolean";
    if (value.is_integer()) return "integer";
    if (value.is_string()) return "string";
    return value.is_array() ? "array" : value.is_object() ? "object" : "number";
  }

  static void say(std::string const& where, std::string const& what,
                  std::vector<std::string>& said) {
    said.push_back(where + ": " + what);
  }

  static bool is_exempt(std::string const& where) {
    return std::any_of(
        std::begin(schema_exemptions), std::end(schema_exemptions),
        [&](SchemaExemption const& exemption) { return where.ends_with(exemption.place); });
  }

  static void check_type(Json const& schema, Json const& value, std::string const& where,
                         std::vector<std::string>& said) {
    Json const* const type = schema.find("type");
    if (type == nullptr) return;
    std::string const found = type_of(value);
    Json const list = type->is_array() ? *type : Json::array({*type});
    for (Json const& one : list.as_array()) {
      bool const number = one.as_string() == "number" && found == "integer";
      if (number || one.as_string() == found) return;
    }
    say(where, fmt::format("is {}, wanted {}", found, type->dump()), said);
  }

  static bool has_format(std::string const& format, std::string const& text) {
    if (format == "date-time") return parse_instant(text).has_value();
    char const* const uuid = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
    if (format == "uuid") return std::regex_match(text, std::regex(uuid));
    if (format == "email") return text.find('@') != std::string::npos;
    if (format == "uri") return text.find("://") != std::string::npos;
    return true;
  }

  static void check_text(Json const& schema, Json const& value, std::string const& where,
                         std::vector<std::string>& said) {
    if (Json const* const words = schema.find("enum"); words != nullptr) {
      auto const& known = words->as_array();
      if (std::find(known.begin(), known.end(), value) == known.end()) {
        say(where, value.dump() + " is not one of " + words->dump(), said);
      }
    }
    if (!value.is_string() || is_exempt(where)) return;
    auto const pattern = schema.text("pattern");
    if (pattern && !std::regex_search(value.as_string(), std::regex(*pattern))) {
      say(where, fmt::format("'{}' does not match {}", value.as_string(), *pattern), said);
    }
    auto const format = schema.text("format");
    if (format && !has_format(*format, value.as_string())) {
      say(where, fmt::format("'{}' is no {}", value.as_string(), *format), said);
    }
  }

  void check_any(Json const& schema, Json const& value, std::string const& where,
                 std::vector<std::string>& said) const {
    Json const* const any = schema.find("anyOf");
    if (any == nullptr) return;
    for (Json const& one : any->as_array()) {
      std::vector<std::string> complaints;
      check(one, value, where, complaints);
      if (complaints.empty()) return;
    }
    say(where, value.dump() + " is none of anyOf", said);
  }

  static bool is_true(Json const& schema, char const* name) {
    auto const flag = schema.boolean(name);
    return flag && *flag;
  }

  void check_members(Json const& schema, Json const& value, std::string const& where,
                     std::vector<std::string>& said) const {
    Json const none = Json::object();
    Json const* const listed = schema.find("properties");
    Json const& properties = listed == nullptr ? none : *listed;
    bool const strict = is_true(schema, "strictProperties");
    for (auto const& [name, property] : properties.as_object()) {
      Json const* const member = value.find(name);
      if (member != nullptr)
        check(property, *member, where + "." + name, said);
      else if (strict)
        say(where + "." + name, "is missing", said);
    }
    if (Json const* const required = schema.find("required"); required != nullptr) {
      for (Json const& name : required->as_array()) {
        if (value.find(name.as_string()) == nullptr) say(where, name.dump() + " is missing", said);
      }
    }
    Json const* const more = schema.find("additionalProperties");
    bool const closed = strict || (more != nullptr && more->is_bool() && !more->as_bool());
    Json const* const patterns = schema.find("patternProperties");
    for (auto const& [name, member] : value.as_object()) {
      if (properties.find(name) != nullptr) continue;
      if (check_by_pattern(patterns, {name, member}, where, said)) continue;
      if (closed) say(where + "." + name, "is not Heroku's", said);
    }
  }

  bool check_by_pattern(Json const* patterns, Json::Member const& member, std::string const& where,
                        std::vector<std::string>& said) const {
    if (patterns == nullptr) return false;
    for (auto const& [pattern, property] : patterns->as_object()) {
      if (!std::regex_search(member.first, std::regex(pattern))) continue;
      check(property, member.second, where + "." + member.first, said);
      return true;
    }
    return false;
  }

  void check(Json const& reference, Json const& value, std::string const& where,
             std::vector<std::string>& said) const {
    Json const& schema = resolved(reference);
    check_type(schema, value, where, said);
    check_text(schema, value, where, said);
    check_any(schema, value, where, said);
    Json const* const items = schema.find("items");
    if (items != nullptr && value.is_array()) {
      for (Json const& item : value.as_array()) check(*items, item, where + "[]", said);
    }
    if (value.is_object()) check_members(schema, value, where, said);
  }

  Json schema_;
  std::vector<Link> links_;
};

/// Whether a path is the Platform API's, and not one of what else the same port serves.
inline bool is_platform_api(Url const& url) {
  std::vector<std::string> const segments = url.segments();
  if (segments.empty()) return false;
  for (char const* other : {"sandbox", "streams", "logs", "source-blobs", "slug-blobs", "schema"}) {
    if (segments[0] == other) return false;
  }
  return !segments[0].ends_with(".git");
}

}  // namespace landfall
