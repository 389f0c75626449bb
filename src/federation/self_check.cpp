#include "federation/self_check.hpp"

#include <fmt/format.h>

#include "federation/activity.hpp"

namespace carillon {

json::object self_check_of(const FediAccount& account, std::string_view word, std::size_t padding) {
  json::object out =
      with_context({{"id", json::string(fmt::format("{}#check-{}", account.id(), word))},
                    {"type", "View"},
                    {"actor", json::string(account.id())},
                    {"object", json::string(account.id())}});
  if (padding > 0) out["content"] = json::string(std::string(padding, 'x'));
  return out;
}

fedi_rows::FediActor own_actor(const FediAccount& account) {
  fedi_rows::FediActor out;
  out.id = account.id();
  out.key_id = account.key_id();
  out.key_pem = account.public_key;
  out.inbox = account.inbox();
  out.shared_inbox = account.shared_inbox();
  out.host = host_of(account.id());
  out.name = account.handle;
  return out;
}

HttpAnswer self_check_answer(const HttpQuery& query) {
  const SelfChecked came{std::string(query.header("Host")),
                         !query.header("X-Forwarded-For").empty()};
  HttpAnswer out{.status = 200, .body = json::serialize(to_json(came))};
  out.headers.add("Content-Type", "application/json");
  out.headers.add("Cache-Control", "no-store");
  return out;
}

}  // namespace carillon
