#include "federation/activity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "federation/account.hpp"
#include "federation/limits.hpp"
#include "net/url.hpp"

namespace carillon {

namespace {

tl::unexpected<Error> wrong(std::string_view member, std::string_view what) {
  return fail(Fault::corrupt, fmt::format("ActivityStreams: {} {}", member, what));
}

bool names_context(const json::value& context) {
  if (context.is_string()) {
    std::string_view text = context.get_string();
    if (text.ends_with('#')) text.remove_suffix(1);
    return text == "https://www.w3.org/ns/activitystreams" ||
           text == "http://www.w3.org/ns/activitystreams";
  }
  if (context.is_array())
    return std::any_of(context.get_array().begin(), context.get_array().end(), names_context);
  if (!context.is_object()) return false;
  const auto& object = context.get_object();
  const auto* vocabulary = object.if_contains("@vocab");
  return vocabulary != nullptr && names_context(*vocabulary);
}

bool is_text(const json::value& value) {
  return value.is_string() || value.is_null();
}

bool is_map(const json::value& value) {
  return value.is_object() && std::all_of(value.get_object().begin(), value.get_object().end(),
                                          [](const auto& pair) { return is_text(pair.value()); });
}

bool is_number(const json::value& value) {
  return value.is_int64() || value.is_uint64() || value.is_double();
}

// What may stand where objects and links stand.
bool is_reference(const json::value& value) {
  if (value.is_array())
    return std::all_of(value.get_array().begin(), value.get_array().end(), is_reference);
  return is_text(value) || value.is_object();
}

Result<void> check_collection(const json::object& object, const std::string& type) {
  const bool ordered = type.starts_with("Ordered");
  if (type != "Collection" && type != "OrderedCollection" && type != "CollectionPage" &&
      type != "OrderedCollectionPage")
    return {};
  if (ordered && object.contains("items")) return wrong("items", "stands in an ordered collection");
  if (!ordered && object.contains("orderedItems"))
    return wrong("orderedItems", "stands in a collection without order");
  for (const char* name : {"first", "last", "next", "prev", "current"}) {
    const auto* page = object.if_contains(name);
    if (page == nullptr || !page->is_object()) continue;
    const std::string kind = type_of(*page);
    if (!kind.empty() && kind != "Link" && kind.find("CollectionPage") == std::string::npos)
      return wrong(name, "is no page of a collection");
  }
  return {};
}

Result<void> check_object(const json::object& object) {
  for (const char* name : {"name", "summary", "content"}) {
    const auto* value = object.if_contains(name);
    if (value != nullptr && !is_text(*value)) return wrong(name, "is no text");
    const std::string map = std::string(name) + "Map";
    value = object.if_contains(map);
    if (value != nullptr && !is_map(*value)) return wrong(map, "is no map of languages");
  }
  for (const char* name : {"type", "@type"}) {
    const auto* type = object.if_contains(name);
    const auto text = [](const json::value& one) { return one.is_string(); };
    if (type == nullptr || type->is_string()) continue;
    if (!type->is_array() || !std::all_of(type->get_array().begin(), type->get_array().end(), text))
      return wrong(name, "is no text");
  }
  for (const char* name : {"id", "@id"}) {
    const auto* id = object.if_contains(name);
    if (id != nullptr && !is_text(*id)) return wrong(name, "is no address");
  }
  for (const char* name : {"actor", "object", "target", "origin", "instrument", "result", "to",
                           "cc", "attributedTo", "inReplyTo", "attachment", "tag"}) {
    const auto* value = object.if_contains(name);
    if (value != nullptr && !is_reference(*value)) return wrong(name, "is neither object nor link");
  }
  const auto* total = object.if_contains("totalItems");
  if (total != nullptr && !is_number(*total)) return wrong("totalItems", "is no number");
  CHECK_OK(check_collection(object, type_of(object)));
  for (const auto& pair : object) {
    const json::value& value = pair.value();
    if (pair.key() == "@context") continue;
    if (value.is_object()) CHECK_OK(check_object(value.get_object()));
    if (!value.is_array()) continue;
    for (const json::value& one : value.get_array()) {
      if (one.is_object()) CHECK_OK(check_object(one.get_object()));
    }
  }
  return {};
}

bool is_public_name(const std::string& id) {
  return id == public_audience || id == "as:Public" || id == "Public";
}

ActivityPart part_of(const json::object& object) {
  ActivityPart out;
  out.id = id_of(object);
  out.type = type_of(object);
  out.actor = id_of(member_of(object, "actor"));
  if (out.actor.empty()) out.actor = id_of(member_of(object, "attributedTo"));
  out.object = id_of(member_of(object, "object"));
  out.in_reply_to = id_of(member_of(object, "inReplyTo"));
  const json::value& content = member_of(object, "content");
  if (content.is_string()) out.content = std::string(content.get_string());
  const json::value& summary = member_of(object, "summary");
  if (summary.is_string()) out.summary = std::string(summary.get_string());
  for (const char* audience : {"to", "cc"}) {
    const auto ids = ids_of(member_of(object, audience));
    out.is_public = out.is_public || std::any_of(ids.begin(), ids.end(), is_public_name);
  }
  out.whole = object;
  return out;
}

int depth_of(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '{' || c == '[')) {
      deepest = std::max(deepest, ++depth);
    } else if (!quoted && (c == '}' || c == ']')) {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Result<void> check_activity_streams(const json::value& value) {
  if (!value.is_object()) return wrong("it", "is no object");
  const json::object& object = value.get_object();
  // Without a context it is taken for ActivityStreams (core section 2.1.3).
  const auto* context = object.if_contains("@context");
  if (context != nullptr && !names_context(*context))
    return wrong("@context", "is not the one of ActivityStreams");
  return check_object(object);
}

Result<Activity> read_activity(std::string_view body) {
  if (body.size() > limits::inbox_bytes)
    return fail(Fault::too_large, "the activity is larger than 256 KiB");
  if (depth_of(body) > limits::inbox_depth)
    return fail(Fault::corrupt, "the activity is nested too deep");
  TRY(const json::value read, parse_json(body));
  CHECK_OK(check_activity_streams(read));
  Activity out;
  out.outer = part_of(read.get_object());
  if (out.outer.type.empty()) return wrong("type", "is missing");
  if (host_of(out.outer.actor).empty()) return wrong("actor", "is missing");
  const json::value* object = read.get_object().if_contains("object");
  if (object != nullptr && object->is_array() && !object->get_array().empty())
    object = &object->get_array().front();
  if (object != nullptr && object->is_object()) out.inner = part_of(object->get_object());
  return out;
}

std::vector<std::string> ids_of(const json::value& value) {
  std::vector<std::string> out;
  if (value.is_string()) out.emplace_back(value.get_string());
  if (value.is_object()) {
    for (const char* name : {"id", "@id", "href"}) {
      const json::value& id = member_of(value.get_object(), name);
      if (!id.is_string()) continue;
      out.emplace_back(id.get_string());
      break;
    }
  }
  if (value.is_array()) {
    for (const json::value& one : value.get_array()) {
      if (one.is_array()) continue;
      for (std::string& id : ids_of(one)) out.push_back(std::move(id));
    }
  }
  return out;
}

std::string id_of(const json::value& value) {
  auto ids = ids_of(value);
  return ids.empty() ? std::string() : std::move(ids.front());
}

std::string type_of(const json::value& value) {
  if (!value.is_object()) return {};
  for (const char* name : {"type", "@type"}) {
    const json::value* type = &member_of(value.get_object(), name);
    if (type->is_array() && !type->get_array().empty()) type = &type->get_array().front();
    if (type->is_string()) return std::string(type->get_string());
  }
  return {};
}

const json::value& member_of(const json::object& object, std::string_view key) {
  static const json::value none;
  const auto* found = object.if_contains(key);
  return found == nullptr ? none : *found;
}

std::string host_of(std::string_view address) {
  const auto url = parse_url(address);
  return url ? url->origin().substr(url->scheme.size() + 3) : std::string();
}

}  // namespace carillon
