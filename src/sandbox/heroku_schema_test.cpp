// The answers against Heroku's own schema, as far as it can be read without patterns: web_url and
// git_url are allowed to name this machine.
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "sandbox/sandbox_fixture.h"

namespace landfall {
namespace {

class HerokuSchemaTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    std::ifstream file(LANDFALL_SOURCE "/src/sandbox/heroku-schema.json");
    std::stringstream text;
    text << file.rdbuf();
    auto schema = Json::parse(text.str());
    ASSERT_TRUE(schema) << schema.error().text;
    schema_ = *std::move(schema);
  }

  /// Member by member, because names of definitions have dots and slashes nowhere.
  Json const& resolved(Json const& schema) const {
    Json const* at = &schema;
    while (at->find("$ref") != nullptr) {
      std::string const path = at->text("$ref")->substr(2);
      at = schema_.find(replace_all(path, "/", "."));
      EXPECT_NE(at, nullptr) << path;
      if (at == nullptr) return schema_;
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

  void check_type(Json const& schema, Json const& value, std::string const& where) const {
    Json const* const type = schema.find("type");
    if (type == nullptr) return;
    bool good = false;
    Json const list = type->is_array() ? *type : Json::array({*type});
    for (Json const& one : list.as_array()) good = good || one.as_string() == type_of(value);
    EXPECT_TRUE(good) << where << " is " << type_of(value) << ", wanted " << type->dump();
    Json const* const words = schema.find("enum");
    if (words == nullptr) return;
    auto const& known = words->as_array();
    EXPECT_NE(std::find(known.begin(), known.end(), value), known.end()) << where << value.dump();
  }

  void check(Json const& reference, Json const& value, std::string const& where) const {
    Json const& schema = resolved(reference);
    check_type(schema, value, where);
    if (Json const* const items = schema.find("items"); items != nullptr && value.is_array()) {
      for (Json const& item : value.as_array()) check(*items, item, where + "[]");
    }
    Json const* const properties = schema.find("properties");
    if (properties == nullptr || !value.is_object()) return;
    for (auto const& [name, property] : properties->as_object()) {
      // A name with a dot would be a path; Heroku has none.
      Json const* const member = value.find(name);
      EXPECT_NE(member, nullptr) << where << "." << name << " is missing";
      if (member != nullptr) check(property, *member, where + "." + name);
    }
    for (auto const& [name, member] : value.as_object()) {
      EXPECT_NE(properties->find(name), nullptr) << where << "." << name << " is not Heroku's";
    }
  }

  Json schema_;
};

TEST_F(HerokuSchemaTest, every_answer_has_the_fields_that_heroku_promises) {
  start();
  Json const made = build("empty-app", source_archive(), std::string(40, 'a'));
  struct Row {
    char const* definition;
    std::string path;
    std::string method = "GET";
  };
  Row const table[]{
      {"app", "/apps/empty-app"},
      {"app", "/apps"},
      {"release", "/apps/empty-app/releases"},
      {"build", "/apps/empty-app/builds"},
      {"slug", "/apps/empty-app/slugs/" + *made.text("slug.id")},
      {"formation", "/apps/empty-app/formation"},
      {"dyno", "/apps/empty-app/dynos"},
      {"domain", "/apps/full-app/domains"},
      {"account", "/account"},
      {"collaborator", "/apps/empty-app/collaborators"},
      {"app-feature", "/apps/empty-app/features"},
      {"source", "/sources", "POST"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.path);
    Response const got = heroku(row.method, row.path);
    EXPECT_LT(got.status, 300);
    Json const body = json(got);
    Json const list = body.is_array() ? body : Json::array({body});
    EXPECT_GT(list.as_array().size(), 0U);
    Json const* const definition = schema_.find(std::string("definitions.") + row.definition);
    ASSERT_NE(definition, nullptr);
    for (Json const& item : list.as_array()) check(*definition, item, row.definition);
  }
}

}  // namespace
}  // namespace landfall
