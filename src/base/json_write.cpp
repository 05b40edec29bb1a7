// The one file that includes RapidJSON: its writers, which take values as they come, so that no
// second tree is made of ours (docs/decisions/012-json-is-written-by-rapidjson.md).
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>

#include "base/json.h"
#include "base/text.h"

namespace landfall {
namespace {

unsigned size_of(std::string_view text) {
  require(text.size() <= UINT32_MAX, "a text that is too long for JSON");
  return static_cast<unsigned>(text.size());
}

template <class Writer>
void write_text(std::string const& text, Writer& out) {
  if (is_utf8(text)) {
    out.String(text.data(), size_of(text));
  } else {
    std::string const replaced = as_utf8(text);
    out.String(replaced.data(), size_of(replaced));
  }
}

template <class Writer>
void write_double(double value, Writer& out) {
  // JSON has no word for them.
  if (std::isfinite(value)) {
    out.Double(value);
  } else {
    out.Null();
  }
}

template <class Writer>
void write(Json const& json, Writer& out) {
  if (json.is_string()) return write_text(json.as_string(), out);
  if (json.is_double()) return write_double(json.as_double(), out);
  if (json.is_object()) {
    out.StartObject();
    for (auto const& [name, value] : json.as_object()) {
      write_text(name, out);
      write(value, out);
    }
    out.EndObject();
  } else if (json.is_array()) {
    out.StartArray();
    for (Json const& item : json.as_array()) write(item, out);
    out.EndArray();
  } else if (json.is_integer()) {
    out.Int64(json.as_integer());
  } else if (json.is_bool()) {
    out.Bool(json.as_bool());
  } else {
    out.Null();
  }
}

}  // namespace

std::string Json::dump() const {
  rapidjson::StringBuffer bytes;
  rapidjson::Writer<rapidjson::StringBuffer> writer(bytes);
  write(*this, writer);
  return {bytes.GetString(), bytes.GetSize()};
}

std::string Json::pretty() const {
  rapidjson::StringBuffer bytes;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(bytes);
  writer.SetIndent(' ', 2);
  write(*this, writer);
  return {bytes.GetString(), bytes.GetSize()};
}

}  // namespace landfall
