// What there is to choose from: stacks, regions and dyno sizes.
#include <fmt/core.h>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_json.h"

namespace landfall::sandbox {
namespace {

char const* const long_ago = "2024-04-01T00:00:00Z";

struct Size {
  char const* name;
  double memory;  ///< GB
  int compute;
  int units;
  bool dedicated;
};
/// https://devcenter.heroku.com/articles/dyno-tiers
Size const sizes[] = {
    {"Eco", 0.5, 1, 1, false},
    {"Basic", 0.5, 1, 1, false},
    {"Standard-1X", 0.5, 1, 1, false},
    {"Standard-2X", 1, 2, 2, false},
    {"Performance-M", 2.5, 12, 8, true},
    {"Performance-L", 14, 50, 16, true},
    {"Performance-L-RAM", 30, 24, 16, true},
    {"Performance-XL", 62, 50, 24, true},
    {"Performance-2XL", 126, 100, 48, true},
};

Json size_json(Size const& size) {
  return Json::object({
      {"architecture", "amd64"},
      {"compute", size.compute},
      {"cost", nullptr},
      {"dedicated", size.dedicated},
      {"generation", named("cedar")},
      {"id", named_id(size.name)},
      {"memory", size.memory},
      {"name", size.name},
      {"precise_dyno_units", size.units},
      {"private_space_only", false},
  });
}

Json stack_json(std::string_view name) {
  return Json::object({
      {"created_at", long_ago},
      {"default", name == "heroku-24"},
      {"id", named_id(name)},
      {"name", name},
      {"state", "public"},
      {"updated_at", long_ago},
  });
}

Json region_json(bool us) {
  return Json::object({
      {"country", us ? "United States" : "Ireland"},
      {"created_at", "2012-01-01T12:00:00Z"},
      {"description", us ? "United States" : "Europe"},
      {"id", named_id(us ? "us" : "eu")},
      {"locale", us ? "Virginia" : "Dublin"},
      {"name", us ? "us" : "eu"},
      {"private_capable", false},
      {"provider",
       Json::object({{"name", "amazon-web-services"}, {"region", us ? "us-east-1" : "eu-west-1"}})},
      {"updated_at", "2012-01-01T12:00:00Z"},
  });
}

Json::Array all_stacks() {
  return {stack_json("container"), stack_json("heroku-22"), stack_json("heroku-24")};
}

Json::Array all_regions() {
  return {region_json(true), region_json(false)};
}

Json::Array all_sizes() {
  Json::Array items;
  for (Size const& size : sizes) items.push_back(size_json(size));
  return items;
}

Response one_of(Call const& call, Json::Array const& items, std::string_view what) {
  for (Json const& item : items) {
    bool const is_meant = lower(*item.text("name")) == lower(call.words[0]);
    if (is_meant || *item.text("id") == call.words[0]) return json_response(200, item);
  }
  return heroku_not_found(what);
}

Response list_stacks(Call& call) {
  return ranged_list(call, all_stacks(), "name");
}
Response show_stack(Call& call) {
  return one_of(call, all_stacks(), "stack");
}
Response list_regions(Call& call) {
  return ranged_list(call, all_regions(), "name");
}
Response show_region(Call& call) {
  return one_of(call, all_regions(), "region");
}
Response list_sizes(Call& call) {
  return ranged_list(call, all_sizes(), "name");
}
Response show_size(Call& call) {
  return one_of(call, all_sizes(), "dyno size");
}
Response list_nothing(Call& call) {
  return ranged_list(call, {}, "name");
}

Route const routes[] = {
    {"GET", "/stacks", list_stacks},
    {"GET", "/stacks/{}", show_stack},
    {"GET", "/apps/{app}/available-stacks", list_stacks},
    {"GET", "/regions", list_regions},
    {"GET", "/regions/{}", show_region},
    {"GET", "/dyno-sizes", list_sizes},
    {"GET", "/dyno-sizes/{}", show_size},
    {"GET", "/apps/{app}/available-dyno-sizes", list_sizes},
    {"GET", "/spaces", list_nothing},
    {"GET", "/enterprise-accounts", list_nothing},
};

}  // namespace

std::span<Route const> platform_routes() {
  return routes;
}

}  // namespace landfall::sandbox
