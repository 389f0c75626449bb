// An operation is declared once: from its row come the HTTP route, the command, OpenAPI, the
// permission check, the audit event and the reference page. The command line and HTTP are two ways
// to call the same function; neither has logic.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/schema.hpp"

namespace carillon {

enum class Permission { anyone, author, editor, admin };
BOOST_DESCRIBE_ENUM(Permission, anyone, author, editor, admin)

// Who asks. The command line acts as the admin of its own workspace.
struct Actor {
  std::string name;
  Permission holds = Permission::anyone;
  bool local = false;        // on this machine, as the workspace's owner: may name files, and waits
  std::string person = {};   // the id of who it is; empty: no person, but the owner or a program
  std::string session = {};  // the id of the session it came by; empty: it came by none
  std::string csrf = {};     // what a change over this session carries
  std::string via = {};      // by which way, for the audit log: "session ID", "token ID"
  std::int64_t until = 0;    // when the API token ends that it came by, in microseconds; 0: never
  std::function<void(std::size_t)> expects = {};       // told how many outcomes will come
  std::function<void(const json::value&)> heard = {};  // told of outcomes as they come
  // Told how far a long work is: what is counted ("MB"), so many of so many.
  std::function<void(std::string_view, std::uint64_t, std::uint64_t)> advances = {};
};

// What a row says besides its function.
struct OperationSpec {
  std::string name;    // "channel list": the command
  std::string method;  // HTTP; empty: on the command line only
  std::string path;    // below /api/v1, `{member}` filled from the request
  Permission needs = Permission::admin;
  std::string summary = {};                        // one line
  std::string help = {};                           // a paragraph for the reference
  std::vector<std::string> positional = {};        // request members given without a flag
  std::vector<std::string> hidden = {};            // request members without a flag
  std::vector<std::string> local = {};             // request members HTTP does not have
  std::map<std::string, std::string> valued = {};  // member -> how its value is called: "TIME"
  std::map<std::string, std::string> flagged =
      {};              // member -> its flag, where that is another word
  bool quiet = false;  // changes nothing that anybody must be able to read of later: no event
  std::string guarded_by = {};  // the row that shows what this one changes: for If-Match
  // Of a row that shows something: the members of the reply that say in which state it is. None:
  // the whole reply.
  std::vector<std::string> state = {};
  [[nodiscard]] bool changes() const { return !method.empty() && method != "GET"; }
  // What the path does not hold stands in the query.
  [[nodiscard]] bool without_body() const { return method == "GET" || method == "DELETE"; }
};

// A row with the function of the capability that owns it.
template <class Capability>
struct Operation {
  OperationSpec spec;
  json::value request_schema;
  json::value reply_schema;
  // Errors: denied without the permission, invalid for a request that is not as described, and
  // those of the function.
  std::function<Result<json::value>(Capability&, const Actor&, const json::value&)> call;
  // What a command ends with after this reply: 0 done, 1 failed, 3 done in part.
  std::function<int(const json::value&)> exit_code;
};

// Errors: denied when the row asks for more than the actor holds.
[[nodiscard]] inline Result<void> check_permission(const OperationSpec& spec, const Actor& actor) {
  if (actor.holds >= spec.needs) return {};
  return fail(Fault::denied, spec.name + ": this needs the role " + word_of(spec.needs),
              "Ask an admin; `carillon person list` shows who that is.");
}

// Binds a capability's function to its row.
template <class Capability, class Request, class Reply>
[[nodiscard]] Operation<Capability> operation(const OperationSpec& spec,
                                              Result<Reply> (*function)(Capability&, const Actor&,
                                                                        const Request&),
                                              int (*exit_code)(const Reply&) = nullptr) {
  Operation<Capability> out;
  out.request_schema = schema_of<Request>();
  out.reply_schema = schema_of<Reply>();
  out.call = [function, spec](Capability& capability, const Actor& actor,
                              const json::value& in) -> Result<json::value> {
    CHECK_OK(check_permission(spec, actor));
    TRY(const Request request, from_json<Request>(in));
    TRY(const Reply reply, function(capability, actor, request));
    return to_json(reply);
  };
  out.exit_code = [exit_code](const json::value& reply) {
    if (exit_code == nullptr) return 0;
    const auto read = from_json<Reply>(reply);
    return read ? exit_code(*read) : 1;
  };
  out.spec = spec;
  return out;
}

}  // namespace carillon
