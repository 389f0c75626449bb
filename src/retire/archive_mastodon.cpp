#include "retire/archive_mastodon.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "retire/archive_json.hpp"
#include "retire/archive_text.hpp"

namespace carillon {

using namespace past;

namespace {

constexpr std::string_view media_folder = "media_attachments/";

// "https://www.w3.org/ns/activitystreams#Public" in `to` or `cc`; that in `cc` is "unlisted", which
// everybody may read too.
bool is_public(const json::object& in) {
  for (const char* key : {"to", "cc"}) {
    if (text_in(in, key).ends_with("#Public")) return true;
    for (const json::value& each : list_in(in, key))
      if (text_of(each).ends_with("#Public")) return true;
  }
  return false;
}

std::string last_piece(std::string_view address) {
  while (address.ends_with('/')) address.remove_suffix(1);
  return std::string(address.substr(address.rfind('/') + 1));
}

std::string host_of(std::string_view address) {
  const auto scheme = address.find("://");
  if (scheme == std::string_view::npos) return {};
  address.remove_prefix(scheme + 3);
  return std::string(address.substr(0, address.find('/')));
}

PastMedia media_of(const json::object& in) {
  PastMedia out;
  const std::string type = text_in(in, "mediaType");
  if (type.starts_with("video/")) out.kind = PastMediaKind::video;
  out.address = text_in(in, "url");
  out.alt = text_in(in, "name");
  const auto at = out.address.find(media_folder);
  if (at != std::string::npos) out.member = out.address.substr(at);
  return out;
}

void read_note(const json::object& in, const PastArchive& archive, PastPost& out) {
  const std::string warning = text_in(in, "summary");
  out.text = text_of_html(text_in(in, "content"));
  if (!warning.empty()) out.text = warning + "\n\n" + out.text;
  const json::object& translations = object_in(in, "contentMap");
  if (!translations.empty()) out.language = std::string(translations.begin()->key());
  for (const json::value& each : list_in(in, "attachment"))
    out.media.push_back(media_of(object_of(each)));
  const std::string answers = text_in(in, "inReplyTo");
  if (answers.empty()) return;
  const bool own = answers.starts_with(archive.account.original + "/");
  out.kind = own ? PastKind::follow_up : PastKind::reply;
  out.reply_to = own ? last_piece(answers) : answers;
}

}  // namespace

std::string text_of_html(std::string_view html) {
  std::string out;
  while (!html.empty()) {
    const auto open = std::min(html.find('<'), html.size());
    out += unescaped(html.substr(0, open));
    html.remove_prefix(open);
    if (html.empty()) break;
    const auto close = html.find('>');
    const std::string tag = lower_ascii(html.substr(0, close));
    if (tag.starts_with("<br")) out += '\n';
    if (tag.starts_with("</p") || tag.starts_with("</blockquote") || tag.starts_with("</li"))
      out += "\n\n";
    if (close == std::string_view::npos) break;
    html.remove_prefix(close + 1);
  }
  return std::string(trim(out));
}

bool mastodon_allows(std::string_view name) {
  if (name == "outbox.json" || name == "actor.json") return true;
  return name.starts_with(media_folder) && name.find("..") == std::string_view::npos;
}

Result<PastArchive> mastodon_archive(const ArchiveFiles& files) {
  if (!files.bytes_of("outbox.json") || !files.bytes_of("actor.json"))
    return fail(Fault::not_found, "this is no archive of Mastodon: outbox.json is not there");
  TRY(const std::string text, read_member(files, "actor.json", limits::archive_head_bytes));
  const auto actor = parse_record(text, {});
  if (!actor) return tl::unexpected<Error>(within("actor.json", actor.error()));
  PastArchive out;
  out.account.platform = "mastodon";
  // Old archives hold the account's private key here too; only these are read.
  out.account.original = text_in(object_of(*actor), "id");
  out.account.name = text_in(object_of(*actor), "name");
  const std::string user = text_in(object_of(*actor), "preferredUsername");
  const std::string host = host_of(out.account.original);
  if (user.empty() || host.empty())
    return fail(Fault::corrupt, "actor.json does not say whose archive this is");
  out.account.handle = user + "@" + host;
  out.account.complete = false;  // it does not say when it was made
  out.posts = {"outbox.json"};
  out.list = "orderedItems";
  out.bytes = files.bytes_of("outbox.json").value_or(0);
  out.read = [](std::string_view, std::string_view record, const PastArchive& archive) {
    return mastodon_post(record, archive);
  };
  return out;
}

Result<std::optional<PastPost>> mastodon_post(std::string_view record, const PastArchive& archive) {
  TRY(const json::value value, parse_record(record, {}));
  const json::object& activity = object_of(value);
  const std::string type = text_in(activity, "type");
  if (!is_public(activity)) return std::nullopt;
  const json::object& object = object_in(activity, "object");
  PastPost out;
  out.at = parse_time(text_in(activity, "published")).value_or(0);
  if (type == "Announce") {
    const std::string what = text_in(activity, "object");
    // ".../statuses/123/activity"
    const std::string id = text_in(activity, "id");
    out.original = last_piece(std::string_view(id).substr(0, id.rfind('/')));
    out.text = what;
    out.kind = PastKind::repost;
    if (what.empty() || out.original.empty())
      return fail(Fault::corrupt, "a boost does not say of what");
  } else if (type == "Create" && !object.empty()) {
    if (!is_public(object)) return std::nullopt;
    out.original = last_piece(text_in(object, "id"));
    read_note(object, archive, out);
  } else {
    return std::nullopt;
  }
  if (out.original.empty() || out.at == 0)
    return fail(Fault::corrupt, "a post has no id or no time");
  return out;
}

}  // namespace carillon
