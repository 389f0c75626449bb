#include "federation/account.hpp"

#include <fmt/format.h>

#include "base/html.hpp"
#include "base/moment.hpp"

namespace carillon {

namespace {

json::string text(std::string_view value) {
  return json::string(value);
}

json::array public_only() {
  return {text(public_audience)};
}

// The compact terms as Mastodon has them (docs.joinmastodon.org/spec/activitypub): some servers
// read no context and know only these names.
json::array context() {
  const json::object terms{
      {"toot", "http://joinmastodon.org/ns#"},
      {"schema", "http://schema.org#"},
      {"gts", "https://gotosocial.org/ns#"},
      {"Hashtag", "as:Hashtag"},
      {"sensitive", "as:sensitive"},
      {"PropertyValue", "schema:PropertyValue"},
      {"value", "schema:value"},
      {"discoverable", "toot:discoverable"},
      {"indexable", "toot:indexable"},
      {"featured", {{"@id", "toot:featured"}, {"@type", "@id"}}},
      {"manuallyApprovesFollowers", "as:manuallyApprovesFollowers"},
      {"alsoKnownAs", {{"@id", "as:alsoKnownAs"}, {"@type", "@id"}}},
      {"votersCount", "toot:votersCount"},
      {"movedTo", {{"@id", "as:movedTo"}, {"@type", "@id"}}},
      {"interactionPolicy", {{"@id", "gts:interactionPolicy"}, {"@type", "@id"}}},
      {"canQuote", {{"@id", "gts:canQuote"}, {"@type", "@id"}}},
      {"automaticApproval", {{"@id", "gts:automaticApproval"}, {"@type", "@id"}}},
      {"webfinger", "https://purl.archive.org/socialweb/webfinger#webfinger"}};
  return {"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1", terms};
}

std::string paragraph(std::string_view words) {
  return words.empty() ? std::string() : tag("p", std::string(words)).str();
}

json::array attachments(const FediPost& post) {
  json::array out;
  for (const FediPicture& picture : post.pictures) {
    json::object one{{"type", "Image"},
                     {"mediaType", text(picture.mime)},
                     {"url", text(picture.url)},
                     {"width", picture.width},
                     {"height", picture.height}};
    // Some read the words for who does not see it in the one, some in the other.
    if (!picture.alt.empty()) {
      one["name"] = text(picture.alt);
      one["summary"] = text(picture.alt);
    }
    out.push_back(std::move(one));
  }
  return out;
}

// Hashtags are words in one piece: "release notes" is #releasenotes.
std::string hashtag(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
    if (letter) out += c;
  }
  return out;
}

// The text with the name of who is answered in front, as programs of the fediverse write it.
std::string text_of(const FediPost& post) {
  if (post.answers.reply.empty()) return post.html;
  const std::string name = post.answers.name.substr(1, post.answers.name.find('@', 1) - 1);
  const std::string mention = tag("span", attr("class", "h-card"),
                                  tag("a", attr("href", post.answers.actor),
                                      attr("class", "u-url mention"), "@", tag("span", name)))
                                  .str();
  constexpr std::string_view paragraph_begins = "<p>";
  if (!post.html.starts_with(paragraph_begins))
    return fmt::format("<p>{}</p>{}", mention, post.html);
  return fmt::format("<p>{} {}", mention, post.html.substr(paragraph_begins.size()));
}

std::string content_of(const FediPost& post) {
  std::string out;
  if (!post.title.empty()) out += tag("p", tag("strong", post.title)).str();
  out += text_of(post);
  const std::string& own = post.answers.reply.empty() ? post.url : post.link;
  const std::string& link = post.link.empty() ? own : post.link;
  if (!link.empty())
    out += tag("p", tag("a", attr("href", link), attr("rel", "nofollow noopener"), link)).str();
  Html tags;
  for (const FediLink& one : post.tags) {
    const std::string name = hashtag(one.name);
    if (name.empty()) continue;
    if (!tags.empty()) tags.add(" ");
    tags.add(tag("a", attr("href", one.url), attr("class", "mention hashtag"), attr("rel", "tag"),
                 "#", tag("span", name)));
  }
  if (!tags.empty()) out += tag("p", tags).str();
  return out;
}

// Who hears of it beside everybody: those who follow, and who is answered.
json::array copies_of(const FediAccount& account, const FediPost& post) {
  json::array out{text(account.followers())};
  if (!post.answers.reply.empty()) out.push_back(text(post.answers.actor));
  return out;
}

json::array tags_of(const FediPost& post) {
  json::array out;
  if (!post.answers.reply.empty())
    out.push_back(json::object{{"type", "Mention"},
                               {"name", text(post.answers.name)},
                               {"href", text(post.answers.actor)}});
  for (const FediLink& one : post.tags) {
    const std::string name = hashtag(one.name);
    if (name.empty()) continue;
    out.push_back(
        json::object{{"type", "Hashtag"}, {"name", text("#" + name)}, {"href", text(one.url)}});
  }
  return out;
}

void add_poll(const FediPoll& poll, const FediTally& tally, json::object& out) {
  json::array options;
  for (const std::string& option : poll.options)
    options.push_back(
        json::object{{"type", "Note"},
                     {"name", text(option)},
                     {"replies", {{"type", "Collection"}, {"totalItems", tally.of(option)}}}});
  out["type"] = "Question";
  out[poll.several ? "anyOf" : "oneOf"] = std::move(options);
  out["endTime"] = text(iso_time(poll.closes));
  out["votersCount"] = tally.voters;
  if (tally.ended) out["closed"] = text(iso_time(poll.closes));
}

json::object activity_of(const FediAccount& account, const FediPost& post, const FediTally& tally,
                         const char* type, const std::string& id, Micros at) {
  return with_context({{"id", text(id)},
                       {"type", type},
                       {"actor", text(account.id())},
                       {"published", text(iso_time(at))},
                       {"to", public_only()},
                       {"cc", copies_of(account, post)},
                       {"object", note_of(account, post, {}, tally)}});
}

}  // namespace

std::string FediAccount::id() const {
  return home + "/actors/" + handle;
}

json::object with_context(json::object object) {
  json::object out{{"@context", context()}};
  for (auto& [key, value] : object) out.emplace(key, std::move(value));
  return out;
}

json::object webfinger_document(const FediAccount& account) {
  return {{"subject", text("acct:" + account.address())},
          {"aliases", json::array{text(account.id()), text(account.home + "/")}},
          {"links", json::array{json::object{{"rel", "self"},
                                             {"type", text(activity_type)},
                                             {"href", text(account.id())}},
                                json::object{{"rel", "http://webfinger.net/rel/profile-page"},
                                             {"type", "text/html"},
                                             {"href", text(account.home + "/")}}}}};
}

std::string host_meta_document(const FediAccount& account) {
  const std::size_t scheme = account.home.find("://");
  const std::string origin = account.home.substr(0, account.home.find('/', scheme + 3));
  const Xml link = node("Link", attr("rel", "lrdd"),
                        attr("template", origin + "/.well-known/webfinger?resource={uri}"));
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
         node("XRD", attr("xmlns", "http://docs.oasis-open.org/ns/xri/xrd-1.0"), link).str() + "\n";
}

json::object nodeinfo_links(const FediAccount& account) {
  return {
      {"links", json::array{json::object{{"rel", "http://nodeinfo.diaspora.software/ns/schema/2.1"},
                                         {"href", text(account.home + "/nodeinfo/2.1")}}}}};
}

json::object nodeinfo_document(const FediAccount& account, std::int64_t posts) {
  return {{"version", "2.1"},
          {"software", {{"name", "carillon"}, {"version", CARILLON_VERSION}}},
          {"protocols", json::array{"activitypub"}},
          {"services", {{"inbound", json::array()}, {"outbound", json::array()}}},
          {"openRegistrations", false},
          {"usage", {{"users", {{"total", 1}}}, {"localPosts", posts}}},
          {"metadata", {{"nodeName", text(account.name)}}}};
}

json::object actor_document(const FediAccount& account, const FediTies& ties) {
  json::array fields;
  for (const FediLink& link : account.links) {
    const Html shown =
        tag("a", attr("href", link.url), attr("rel", "me nofollow noopener"), link.url);
    fields.push_back(json::object{
        {"type", "PropertyValue"}, {"name", text(link.name)}, {"value", text(shown.str())}});
  }
  json::object out{{"id", text(account.id())},
                   {"type", "Organization"},
                   {"preferredUsername", text(account.handle)},
                   {"webfinger", text(account.address())},
                   {"name", text(account.name)},
                   {"summary", text(paragraph(account.about))},
                   {"url", text(account.home + "/")},
                   {"inbox", text(account.inbox())},
                   {"outbox", text(account.outbox())},
                   {"followers", text(account.followers())},
                   {"following", text(account.id() + "/following")},
                   {"featured", text(account.featured())},
                   {"endpoints", {{"sharedInbox", text(account.shared_inbox())}}},
                   {"manuallyApprovesFollowers", false},
                   {"discoverable", true},
                   {"indexable", true},
                   {"attachment", fields},
                   {"publicKey",
                    {{"id", text(account.key_id())},
                     {"owner", text(account.id())},
                     {"publicKeyPem", text(account.public_key)}}}};
  json::array others;
  for (const std::string& one : ties.also_known_as) others.push_back(text(one));
  if (!others.empty()) out["alsoKnownAs"] = std::move(others);
  if (!ties.moved_to.empty()) out["movedTo"] = text(ties.moved_to);
  if (!account.icon.empty())
    out["icon"] = json::object{{"type", "Image"}, {"url", text(account.icon)}};
  return with_context(std::move(out));
}

json::object note_of(const FediAccount& account, const FediPost& post, const FediCounts& counts,
                     const FediTally& tally) {
  const std::string content = content_of(post);
  const std::string replies = post.url + "replies";
  json::object out{
      {"id", text(post.url)},
      {"type", "Note"},
      {"url", text(post.url)},
      {"attributedTo", text(account.id())},
      {"to", public_only()},
      {"cc", copies_of(account, post)},
      {"published", text(iso_time(post.published))},
      {"sensitive", false},
      {"content", text(content)},
      {"contentMap", {{post.language, text(content)}}},
      {"tag", tags_of(post)},
      {"attachment", attachments(post)},
      // Inline, so that nobody has to fetch it right after the post.
      {"replies",
       {{"id", text(replies)},
        {"type", "Collection"},
        {"totalItems", counts.replies},
        {"first",
         {{"type", "CollectionPage"}, {"partOf", text(replies)}, {"items", json::array()}}}}},
      {"likes", {{"type", "Collection"}, {"totalItems", counts.likes}}},
      {"shares", {{"type", "Collection"}, {"totalItems", counts.boosts}}},
      {"interactionPolicy",
       {{"canQuote", {{"automaticApproval", json::array{text(public_audience)}}}}}}};
  if (!post.answers.reply.empty()) out["inReplyTo"] = text(post.answers.reply);
  if (!post.warning.empty()) {
    out["summary"] = text(post.warning);
    out["sensitive"] = true;
  }
  if (post.updated > post.published) out["updated"] = text(iso_time(post.updated));
  if (post.poll) add_poll(*post.poll, tally, out);
  return out;
}

json::object create_of(const FediAccount& account, const FediPost& post, const FediTally& tally) {
  return activity_of(account, post, tally, "Create", post.url + "#create", post.published);
}

json::object update_of(const FediAccount& account, const FediPost& post, const FediTally& tally) {
  return activity_of(account, post, tally, "Update",
                     fmt::format("{}#update-{}", post.url, post.revision), post.updated);
}

json::object tally_of(const FediAccount& account, const FediPost& post, const FediTally& tally,
                      Micros at) {
  return activity_of(account, post, tally, "Update", fmt::format("{}#tally-{}", post.url, at), at);
}

json::object tombstone_of(std::string_view url, Micros published, Micros removed) {
  return with_context({{"id", text(url)},
                       {"type", "Tombstone"},
                       {"formerType", "Note"},
                       {"published", text(iso_time(published))},
                       {"deleted", text(iso_time(removed))}});
}

json::object delete_of(const FediAccount& account, std::string_view url, Micros published,
                       Micros removed) {
  json::object tombstone = tombstone_of(url, published, removed);
  tombstone.stable_erase("@context");
  return with_context({{"id", text(fmt::format("{}#delete", url))},
                       {"type", "Delete"},
                       {"actor", text(account.id())},
                       {"published", text(iso_time(removed))},
                       {"to", public_only()},
                       {"cc", json::array{text(account.followers())}},
                       {"object", std::move(tombstone)}});
}

json::object pin_of(const FediAccount& account, std::string_view url, bool on, Micros at) {
  return with_context({{"id", text(fmt::format("{}#{}-{}", url, on ? "pin" : "unpin", at))},
                       {"type", on ? "Add" : "Remove"},
                       {"actor", text(account.id())},
                       {"published", text(iso_time(at))},
                       {"to", public_only()},
                       {"cc", json::array{text(account.followers())}},
                       {"object", text(url)},
                       {"target", text(account.featured())}});
}

json::object accept_of(const FediAccount& account, const json::object& follow, std::string_view id,
                       Micros at) {
  return with_context({{"id", text(id)},
                       {"type", "Accept"},
                       {"actor", text(account.id())},
                       {"published", text(iso_time(at))},
                       {"object", follow}});
}

json::object counted_collection(std::string_view id, std::int64_t count) {
  return with_context({{"id", text(id)}, {"type", "OrderedCollection"}, {"totalItems", count}});
}

json::object paged_collection(std::string_view id, std::int64_t count, std::string_view first) {
  json::object out = counted_collection(id, count);
  if (first.empty())
    out["orderedItems"] = json::array();
  else
    out["first"] = text(first);
  return out;
}

json::object collection_page(std::string_view collection, std::string_view id,
                             std::string_view next, json::array items) {
  json::object out = with_context({{"id", text(id)},
                                   {"type", "OrderedCollectionPage"},
                                   {"partOf", text(collection)},
                                   {"orderedItems", std::move(items)}});
  if (!next.empty()) out["next"] = text(next);
  return out;
}

}  // namespace carillon
