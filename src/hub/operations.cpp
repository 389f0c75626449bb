#include "hub/operations.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "hub/access.hpp"
#include "hub/announcements.hpp"
#include "hub/archives.hpp"
#include "hub/audit.hpp"
#include "hub/blocking.hpp"
#include "hub/calendar.hpp"
#include "hub/cards.hpp"
#include "hub/channels.hpp"
#include "hub/checking.hpp"
#include "hub/custody.hpp"
#include "hub/decisions.hpp"
#include "hub/desk.hpp"
#include "hub/directory.hpp"
#include "hub/fediverse.hpp"
#include "hub/home_deliveries.hpp"
#include "hub/home_doctor.hpp"
#include "hub/home_followers.hpp"
#include "hub/home_moving.hpp"
#include "hub/home_subscribers.hpp"
#include "hub/installation.hpp"
#include "hub/link_search.hpp"
#include "hub/mailing.hpp"
#include "hub/notices.hpp"
#include "hub/passkeys.hpp"
#include "hub/patching.hpp"
#include "hub/people.hpp"
#include "hub/pictures.hpp"
#include "hub/pinning.hpp"
#include "hub/platforms.hpp"
#include "hub/proposing.hpp"
#include "hub/providers.hpp"
#include "hub/publishing.hpp"
#include "hub/record.hpp"
#include "hub/removing.hpp"
#include "hub/reply_answers.hpp"
#include "hub/replying.hpp"
#include "hub/retirement.hpp"
#include "hub/retiring.hpp"
#include "hub/today.hpp"
#include "hub/watching.hpp"
#include "store/events.hpp"

namespace carillon {

namespace {

std::vector<Operation<Hub>> joined() {
  std::vector<Operation<Hub>> out;
  for (auto rows : {channel_operations(),      platform_operations(),     custody_operations(),
                    directory_operations(),    watching_operations(),     checking_operations(),
                    today_operations(),        desk_operations(),         picture_operations(),
                    publishing_operations(),   announcement_operations(), card_operations(),
                    proposal_operations(),     decision_operations(),     retirement_operations(),
                    retiring_operations(),     patching_operations(),     archive_operations(),
                    person_operations(),       access_operations(),       passkey_operations(),
                    provider_operations(),     audit_operations(),        calendar_operations(),
                    record_operations(),       installation_operations(), fediverse_operations(),
                    mail_operations(),         notice_operations(),       link_search_operations(),
                    removing_operations(),     blocking_operations(),     replying_operations(),
                    reply_answer_operations(), moving_operations(),       fan_out_operations(),
                    follower_operations(),     outside_operations(),      pinning_operations(),
                    subscriber_operations()})
    for (auto& row : rows) out.push_back(std::move(row));
  return out;
}

bool holds(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// What the request is about: its name, else the row's first positional member.
std::string subject_of(const OperationSpec& spec, const json::value& request) {
  std::vector<std::string> members = spec.positional;
  std::stable_partition(members.begin(), members.end(),
                        [](const std::string& member) { return member == "name"; });
  for (const std::string& member : members) {
    const json::value* value =
        request.is_object() ? request.get_object().if_contains(member) : nullptr;
    if (value != nullptr && value->is_string()) return std::string(value->get_string());
  }
  return {};
}

// Asked to show what it would do, and so no act.
bool is_dry(const json::value& request) {
  const json::value* dry =
      request.is_object() ? request.get_object().if_contains("dry_run") : nullptr;
  return dry != nullptr && dry->is_bool() && dry->get_bool();
}

json::value error_schema() {
  const json::object text{{"type", "string"}};
  return json::object{{"type", "object"},
                      {"properties",
                       {{"error",
                         {{"type", "object"},
                          {"properties", {{"code", text}, {"message", text}, {"hint", text}}},
                          {"required", json::array{"code", "message", "hint"}}}}}},
                      {"required", json::array{"error"}}};
}

json::object reply_of(std::string_view description, const json::value& schema) {
  return {{"description", json::string(description)},
          {"content", {{"application/json", {{"schema", schema}}}}}};
}

// The members of the request that stand in the path, as parameters; without a body the others too.
json::array parameters_of(const Operation<Hub>& row) {
  json::array out;
  const json::value* properties = row.request_schema.get_object().if_contains("properties");
  if (properties == nullptr) return out;
  for (const auto& pair : properties->get_object()) {
    const std::string name(pair.key());
    const bool in_path = row.spec.path.find("{" + name + "}") != std::string::npos;
    if ((!in_path && !row.spec.without_body()) || holds(row.spec.local, name)) continue;
    json::object schema = pair.value().get_object();
    json::object parameter{
        {"name", json::string(name)}, {"in", in_path ? "path" : "query"}, {"required", in_path}};
    if (const json::value* note = schema.if_contains("description"); note != nullptr) {
      parameter["description"] = *note;
      schema.erase("description");
    }
    parameter["schema"] = std::move(schema);
    out.push_back(std::move(parameter));
  }
  return out;
}

// What the body holds: everything that is neither in the path nor for this machine only.
json::value body_of(const Operation<Hub>& row) {
  json::object schema = row.request_schema.get_object();
  json::array required;
  if (const json::value* names = schema.if_contains("required"); names != nullptr) {
    for (const json::value& name : names->get_array()) {
      const std::string word(name.get_string());
      if (row.spec.path.find("{" + word + "}") == std::string::npos) required.push_back(name);
    }
  }
  json::object properties;
  if (const json::value* all = schema.if_contains("properties"); all != nullptr) {
    for (const auto& pair : all->get_object()) {
      const std::string name(pair.key());
      const bool in_path = row.spec.path.find("{" + name + "}") != std::string::npos;
      if (!in_path && !holds(row.spec.local, name)) properties[name] = pair.value();
    }
  }
  schema["properties"] = std::move(properties);
  schema.erase("required");
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return schema;
}

// Headers that go with a row, described once for all of them.
void add_headers(const Operation<Hub>& row, json::array& parameters) {
  if (row.spec.method == "POST")
    parameters.push_back(json::object{{"$ref", "#/components/parameters/IdempotencyKey"}});
  if (row.spec.changes() && !row.spec.guarded_by.empty())
    parameters.push_back(json::object{{"$ref", "#/components/parameters/IfMatch"}});
}

json::value header_parameter(std::string_view name, std::string_view description) {
  return json::object{{"name", json::string(name)},
                      {"in", "header"},
                      {"required", false},
                      {"description", json::string(description)},
                      {"schema", {{"type", "string"}}}};
}

json::value header_parameters() {
  return json::object{
      {"IdempotencyKey",
       header_parameter("Idempotency-Key",
                        "1 to 255 printable characters of your choice, such as a UUID. For 24 "
                        "hours the same request of the same person with the same key is not done "
                        "again: it gets the first answer. 422: another request had this key; 409: "
                        "the first one is still being done, or was cut off.")},
      {"IfMatch",
       header_parameter("If-Match",
                        "The ETag of the GET answer that this change is based on. 412: somebody "
                        "changed it since, and the answer says who; nothing was done.")}};
}

json::object path_item(const Operation<Hub>& row) {
  std::string id;
  for (const char c : row.spec.name) id += c == ' ' ? '_' : c;
  json::object out{{"operationId", json::string(id)},
                   {"summary", json::string(row.spec.summary)},
                   {"x-permission", json::string(word_of(row.spec.needs))}};
  if (!row.spec.help.empty()) out["description"] = json::string(row.spec.help);
  json::array parameters = parameters_of(row);
  add_headers(row, parameters);
  if (!parameters.empty()) out["parameters"] = std::move(parameters);
  if (!row.spec.without_body())
    out["requestBody"] = json::object{
        {"required", true}, {"content", {{"application/json", {{"schema", body_of(row)}}}}}};
  out["responses"] =
      json::object{{"200", reply_of("What came of it", row.reply_schema)},
                   {"default", reply_of("What failed, where, and what to do",
                                        json::object{{"$ref", "#/components/schemas/Error"}})}};
  return out;
}

// The one answer that goes on, and so no row.
json::object changes_item() {
  const json::object content{{"text/event-stream", {{"schema", {{"type", "string"}}}}}};
  return {
      {"get",
       {{"operationId", "changes"},
        {"summary", "that something changed, as server-sent events"},
        {"description",
         "Each `event: change` carries {\"kind\", \"subject\"}: what happened, and the id of "
         "what it happened to; kind `everything` where it was too much to tell. It ends after "
         "ten minutes; ask again."},
        {"x-permission", "author"},
        {"responses", {{"200", {{"description", "A stream of events"}, {"content", content}}}}}}}};
}

}  // namespace

const std::vector<Operation<Hub>>& operations() {
  static const std::vector<Operation<Hub>> all = joined();
  return all;
}

const Operation<Hub>* find_operation(std::string_view name) {
  for (const Operation<Hub>& row : operations()) {
    if (row.spec.name == name) return &row;
  }
  return nullptr;
}

Result<json::value> perform(Hub& hub, const Operation<Hub>& operation, const Actor& actor,
                            const json::value& request) {
  const Acting acting(actor.name, actor.via);
  TRY(json::value reply, operation.call(hub, actor, request));
  if (operation.spec.changes() && !operation.spec.quiet && !is_dry(request) && acting.told() == 0)
    CHECK_OK(hub.audit(operation.spec.name, actor.name, subject_of(operation.spec, request)));
  return reply;
}

json::value openapi_document() {
  json::object paths;
  for (const Operation<Hub>& row : operations()) {
    if (row.spec.method.empty()) continue;
    const std::string path = "/api/v1" + row.spec.path;
    if (!paths.contains(path)) paths[path] = json::object{};
    paths[path].get_object()[lower_ascii(row.spec.method)] = path_item(row);
  }
  paths["/api/v1" + std::string(changes_path)] = changes_item();
  return json::object{
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "Carillon"},
        {"version", "1"},
        {"description",
         "Everything the command line can do, over HTTP. Made from the same rows."}}},
      {"security", json::array{json::object{{"token", json::array{}}},
                               json::object{{"session", json::array{}}, {"csrf", json::array{}}}}},
      {"paths", std::move(paths)},
      {"components",
       {{"schemas", {{"Error", error_schema()}}},
        {"parameters", header_parameters()},
        {"securitySchemes",
         {{"token", {{"type", "http"}, {"scheme", "bearer"}}},
          {"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "carillon"}}},
          {"csrf", {{"type", "apiKey"}, {"in", "header"}, {"name", "X-CSRF"}}}}}}}};
}

}  // namespace carillon
