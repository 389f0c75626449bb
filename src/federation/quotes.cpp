#include "federation/quotes.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "federation/answering.hpp"
#include "federation/limits.hpp"

namespace carillon {

namespace {

struct Quote {
  std::string id;
  std::string actor;
  std::string post;
  std::string quote;  // the post that quotes
  Micros made = 0;
};
BOOST_DESCRIBE_STRUCT(Quote, (), (id, actor, post, quote, made))

// The terms of FEP-044f beside those of every document of ours.
json::object with_terms(json::object object) {
  json::object out = with_context(std::move(object));
  json::object& terms = out.at("@context").as_array().back().as_object();
  terms["QuoteRequest"] = "https://w3id.org/fep/044f#QuoteRequest";
  terms["QuoteAuthorization"] = "https://w3id.org/fep/044f#QuoteAuthorization";
  for (const char* name : {"interactingObject", "interactionTarget"})
    terms[name] = json::object{{"@id", json::string(std::string("gts:") + name)}, {"@type", "@id"}};
  return out;
}

std::string address_of(const FediSite& site, const std::string& id) {
  return fmt::format("{}/quotes/{}", site.account().id(), id);
}

}  // namespace

Result<void> take_quote_request(Db& db, const FediSite& site, const Activity& activity,
                                const fedi_rows::FediActor& actor, Micros now) {
  const ActivityPart& asked = activity.outer;
  const std::string quote = id_of(member_of(asked.whole, "instrument"));
  if (!site.has(asked.object) || host_of(quote) != actor.host ||
      quote.size() > limits::address_bytes)
    return {};
  const Quote row{to_hex(sha256(asked.object + "\n" + quote)).substr(0, 32), actor.id, asked.object,
                  quote, now};
  CHECK_OK(
      db.run("insert into fedi_quote (id, actor, post, quote, made) values ($1, $2, $3, $4, $5) "
             "on conflict (id) do nothing",
             row.id, row.actor, row.post, row.quote, row.made));
  const std::string id = accept_id(site.account(), asked.id);
  const json::object request{{"id", json::string(asked.id)},
                             {"type", "QuoteRequest"},
                             {"actor", json::string(actor.id)},
                             {"object", json::string(asked.object)},
                             {"instrument", json::string(quote)}};
  const json::object accept = with_terms({{"id", json::string(id)},
                                          {"type", "Accept"},
                                          {"actor", json::string(site.account().id())},
                                          {"published", json::string(iso_time(now))},
                                          {"to", json::string(actor.id)},
                                          {"object", request},
                                          {"result", json::string(address_of(site, row.id))}});
  return send_to(db, actor, id, accept, now);
}

std::optional<HttpAnswer> answer_quote(const FediSite& site, Store& store, const HttpQuery& query) {
  const std::string own = "/actors/" + site.account().handle + "/quotes/";
  const std::string_view path = site.below(query.path);
  if (query.method != "GET" || !path.starts_with(own)) return std::nullopt;
  const std::string id(path.substr(own.size()));
  const auto found = store.read([&](Db& db) {
    return db.first<Quote>("select id, actor, post, quote, made from fedi_quote where id = $1", id);
  });
  HttpAnswer out{.status = 404, .body = "There is no such quote.\n"};
  out.headers.add("X-Content-Type-Options", "nosniff");
  if (!found) out.status = 503;
  if (!found || !*found) {
    out.headers.add("Content-Type", "text/plain; charset=utf-8");
    return out;
  }
  out.status = 200;
  out.headers.add("Content-Type", std::string(activity_type));
  out.headers.add("Cache-Control", "public, max-age=180");
  out.body = json::serialize(with_terms({{"id", json::string(address_of(site, id))},
                                         {"type", "QuoteAuthorization"},
                                         {"attributedTo", json::string(site.account().id())},
                                         {"interactingObject", json::string((*found)->quote)},
                                         {"interactionTarget", json::string((*found)->post)}}));
  return out;
}

}  // namespace carillon
