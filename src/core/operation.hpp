// An operation is declared once: from its row come the HTTP route, the command, OpenAPI, the
// permission check and the reference page. CLI and HTTP call the same function.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/schema.hpp"

namespace carillon {

enum class Permission { anyone, author, editor, admin };
BOOST_DESCRIBE_ENUM(Permission, anyone, author, editor, admin)

// Who asks. The command line acts as the admin of its own workspace.
struct Actor {
  std::string name;
  Permission holds = Permission::anyone;
  bool local = false;  // on this machine, as the workspace's owner: may name files
};

// What a row says besides its function.
struct OperationSpec {
  std::string name;    // "channel.list"; the command is the same with a space
  std::string method;  // HTTP; empty: on the command line only
  std::string path;    // below /api/v1, `{member}` filled from the request
  Permission needs = Permission::admin;
  std::string summary;                  // one line
  std::string help;                     // a paragraph for the reference
  std::vector<std::string> positional;  // request members given without a flag, in order
  std::vector<std::string> hidden;      // request members without a flag (filled by the caller)
};

struct Operation {
  OperationSpec spec;
  json::value request_schema;
  json::value reply_schema;
  std::function<Result<json::value>(const Actor&, const json::value& request)> call;
};

// Binds a capability's function to its row. Refuses callers without the permission.
template <class Capability, class Request, class Reply>
[[nodiscard]] Operation operation(OperationSpec spec, Capability& capability,
                                  Result<Reply> (*function)(Capability&, const Actor&,
                                                            const Request&)) {
  Operation out;
  out.request_schema = schema_of<Request>();
  out.reply_schema = schema_of<Reply>();
  out.call = [&capability, function, needs = spec.needs, name = spec.name](
                 const Actor& actor, const json::value& in) -> Result<json::value> {
    if (actor.holds < needs)
      return fail(Fault::denied, name + ": this needs the role " + word_of(needs));
    TRY(const Request request, from_json<Request>(in));
    TRY(const Reply reply, function(capability, actor, request));
    return to_json(reply);
  };
  out.spec = std::move(spec);
  return out;
}

}  // namespace carillon
