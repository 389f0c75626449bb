#include "hub/repeats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "hub/audit.hpp"
#include "hub/operations.hpp"
#include "store/answered.hpp"
#include "team/vault.hpp"

namespace carillon {

namespace {

// What is sealed: which request it was, and once it is done, the answer.
struct Kept {
  std::string request;  // its SHA-256
  int status = 0;
  std::string body;
  bool lost = false;
};
BOOST_DESCRIBE_STRUCT(Kept, (), (request, status, body, lost))

Result<void> check_key(const std::string& key) {
  const bool plain =
      std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  if (!key.empty() && key.size() <= limits::request_key_bytes && plain) return {};
  return fail(
      Fault::invalid,
      fmt::format("Idempotency-Key is not 1 to {} printable characters", limits::request_key_bytes),
      "Take a random UUID for each thing you want done.");
}

Result<std::string> sealed(Hub& hub, const std::string& place, const Kept& kept) {
  return hub.vault().seal_for(place, Secret(write_json(kept)));
}

Answered answer_of(const Kept& kept, const KeptAnswer& row, const std::string& request,
                   Micros now) {
  using enum Answered::What;
  if (kept.request != request) return {other, 0, {}};
  if (kept.lost) return {lost, 0, {}};
  if (row.done) return {done, kept.status, kept.body};
  const bool late = row.began + limits::request_minutes * minute <= now;
  return {late ? interrupted : running, 0, {}};
}

// The members of `request` that the row which shows the thing asks for.
json::object shown_by(const Operation<Hub>& shows, const json::object& request) {
  json::object out;
  const json::value* properties = shows.request_schema.get_object().if_contains("properties");
  if (properties == nullptr) return out;
  for (const auto& pair : properties->get_object()) {
    const json::value* said = request.if_contains(pair.key());
    if (said != nullptr) out[pair.key()] = *said;
  }
  return out;
}

std::string text_in(const json::value& reply, std::string_view member) {
  const json::value* value = reply.is_object() ? reply.get_object().if_contains(member) : nullptr;
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// Who changed it last, as far as it is known.
Result<std::string> last_change(Hub& hub, const json::value& shown, const json::object& asked) {
  const std::string by = text_in(shown, "by");
  if (!by.empty()) return fmt::format("{} changed it meanwhile, at {}", by, text_in(shown, "at"));
  if (asked.empty() || !asked.begin()->value().is_string()) return "it was changed meanwhile";
  LogRequest request;
  request.subject = std::string(asked.begin()->value().get_string());
  request.count = 1;
  TRY(const LogPage page, log_page(hub, {.name = {}, .holds = Permission::editor}, request));
  if (page.events.empty()) return "it was changed meanwhile";
  return fmt::format("it was changed meanwhile; the last of it, at {}: {}", page.events[0].at,
                     page.events[0].said);
}

}  // namespace

Result<Answered> answer_once(Hub& hub, const Actor& actor, const std::string& key,
                             std::string_view exact, const std::function<Answered()>& act) {
  CHECK_OK(check_key(key));
  const std::string who = actor.person.empty() ? actor.name : actor.person;
  const std::string place = to_hex(sha256(fmt::format("{}:{}{}", who.size(), who, key)));
  const std::string vault_place = "answered request " + place;
  const std::string request = to_hex(sha256(exact));
  TRY(const std::string begun, sealed(hub, vault_place, {request, 0, {}, false}));
  TRY(const auto before, claim_request(hub.store(), place, begun, hub.clock().now()));
  if (before) {
    TRY(const Secret opened, hub.vault().open_from(vault_place, before->sealed));
    TRY(const Kept kept, parse_json_as<Kept>(opened.reveal()));
    return answer_of(kept, *before, request, hub.clock().now());
  }
  Answered out = act();
  if (out.status == 503) {
    CHECK_OK(free_request(hub.store(), place));
    return out;
  }
  const bool lost = out.body.size() > limits::answer_bytes;
  TRY(const std::string kept,
      sealed(hub, vault_place, {request, out.status, lost ? std::string() : out.body, lost}));
  // It is done, and the one who asked hears so; the key then stands for what nobody can repeat.
  if (const auto done = keep_answer(hub.store(), place, kept); !done)
    log(Level::error, "an answer was not kept", {{"why", done.error().what}});
  return out;
}

std::string state_of_reply(const OperationSpec& shows, const json::value& reply) {
  if (!reply.is_object() || shows.state.empty()) return to_hex(sha256(json::serialize(reply)));
  const json::object& object = reply.get_object();
  if (shows.state.size() == 1 && object.contains(shows.state[0]) &&
      object.at(shows.state[0]).is_int64())
    return std::to_string(object.at(shows.state[0]).get_int64());
  json::array members;
  for (const std::string& name : shows.state) {
    const json::value* value = object.if_contains(name);
    members.push_back(value == nullptr ? json::value(nullptr) : *value);
  }
  return to_hex(sha256(json::serialize(members)));
}

Result<Guarded> perform_in_state(Hub& hub, const Operation<Hub>& row, const Actor& actor,
                                 json::object request, const std::vector<std::string>& states) {
  const Operation<Hub>* shows = find_operation(row.spec.guarded_by);
  if (shows == nullptr)
    return fail(Fault::invalid, fmt::format("If-Match does not go with {}", row.spec.name),
                "Leave it out: nothing is overwritten by this.");
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  const json::object asked = shown_by(*shows, request);
  if (asked.empty()) return Guarded{{}, "there is nothing yet that it could match", {}};
  TRY(const json::value shown, shows->call(hub, actor, asked));
  const std::string now = state_of_reply(shows->spec, shown);
  const auto names = [&](const std::string& one) { return one == "*" || one == now; };
  if (std::none_of(states.begin(), states.end(), names)) {
    TRY(const std::string changed, last_change(hub, shown, asked));
    return Guarded{{}, changed, "Nothing was changed by this. Look at it anew, and then decide."};
  }
  // What a revision is made from is in the state already.
  const json::value* properties = row.request_schema.get_object().if_contains("properties");
  const bool based = properties != nullptr && properties->get_object().contains("based_on");
  if (based && !request.contains("based_on")) request["based_on"] = std::stoll(now);
  TRY(json::value reply, perform(hub, row, actor, json::value(std::move(request))));
  return Guarded{std::move(reply), {}, {}};
}

}  // namespace carillon
