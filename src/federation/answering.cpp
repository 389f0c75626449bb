#include "federation/answering.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "federation/activity.hpp"

namespace carillon {

HttpAnswer say(int status, std::string_view words) {
  HttpAnswer out{.status = status};
  out.headers.add("Content-Type", "text/plain; charset=utf-8");
  out.headers.add("Cache-Control", "no-store");
  out.headers.add("X-Content-Type-Options", "nosniff");
  out.body = fmt::format("{}\n", words);
  return out;
}

std::string accept_id(const FediAccount& account, std::string_view asked) {
  return fmt::format("{}#accept-{}", account.id(), to_hex(sha256(asked)).substr(0, 32));
}

Result<void> send_to(Db& db, const fedi_rows::FediActor& actor, const std::string& id,
                     const json::object& activity, Micros now) {
  const fedi_rows::FediActivity row{id, id, json::serialize(activity), now};
  CHECK_OK(fedi_rows::add(db, row));
  return fedi_rows::add_delivery(db, row, actor.inbox, host_of(actor.inbox));
}

}  // namespace carillon
