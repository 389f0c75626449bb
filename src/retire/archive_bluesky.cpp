#include "retire/archive_bluesky.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "retire/archive_car.hpp"
#include "retire/archive_json.hpp"
#include "text/atproto.hpp"
#include "text/dag_cbor.hpp"
#include "text/did_key.hpp"

namespace carillon {

using namespace past;

namespace {

constexpr std::string_view posts = "app.bsky.feed.post/";
constexpr std::string_view reposts = "app.bsky.feed.repost/";
constexpr std::string_view profile = "app.bsky.actor.profile/self";

// A record key is what a post's address ends with; with the times that posts claim it is the only
// sign of when one was made.
std::optional<Micros> time_of_key(std::string_view key) {
  constexpr std::string_view digits = "234567abcdefghijklmnopqrstuvwxyz";
  if (!is_tid(key)) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : key) number = number << 5U | digits.find(c);
  return static_cast<Micros>(number >> 10U);
}

Micros time_of(const json::object& in, std::string_view key) {
  const Micros said = parse_time(text_in(in, "createdAt")).value_or(0);
  return said > 0 ? said : time_of_key(key).value_or(0);
}

struct FacetLink {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string target;
};

std::size_t number_in(const json::object& in, std::string_view key) {
  const json::value* found = in.if_contains(key);
  const std::int64_t* number = found == nullptr ? nullptr : found->if_int64();
  return number == nullptr || *number < 0 ? std::string::npos : static_cast<std::size_t>(*number);
}

bool is_border(std::string_view text, std::size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
}

// The links of a post's facets, in order; those that lie across each other or outside are left out.
// Mentions and tags stand in the text as they are.
std::vector<FacetLink> links_of(const json::object& in, std::string_view text) {
  std::vector<FacetLink> out;
  for (const json::value& each : list_in(in, "facets")) {
    const json::object& index = object_in(object_of(each), "index");
    FacetLink link{number_in(index, "byteStart"), number_in(index, "byteEnd"), {}};
    for (const json::value& feature : list_in(object_of(each), "features"))
      if (text_in(object_of(feature), "$type") == "app.bsky.richtext.facet#link")
        link.target = text_in(object_of(feature), "uri");
    const bool inside = link.begin < link.end && link.end <= text.size();
    if (link.target.empty() || !inside || !is_border(text, link.begin) ||
        !is_border(text, link.end))
      continue;
    out.push_back(std::move(link));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const FacetLink& a, const FacetLink& b) { return a.begin < b.begin; });
  std::size_t end = 0;
  std::erase_if(out, [&](const FacetLink& link) {
    if (link.begin < end) return true;
    end = link.end;
    return false;
  });
  return out;
}

std::string_view bare(std::string_view address) {
  if (const auto scheme = address.find("://"); scheme != std::string_view::npos)
    address.remove_prefix(scheme + 3);
  if (address.starts_with("www.")) address.remove_prefix(4);
  return address;
}

// "example.org/long/pa…" for https://example.org/long/path.
bool shortens(std::string_view shown, std::string_view target) {
  for (const std::string_view dots : {"…", "..."})
    if (shown.ends_with(dots)) shown.remove_suffix(dots.size());
  while (shown.ends_with('/')) shown.remove_suffix(1);
  return !shown.empty() && lower_ascii(bare(target)).starts_with(lower_ascii(bare(shown)));
}

std::string with_links(std::string_view text, const std::vector<FacetLink>& links) {
  std::string out;
  std::size_t at = 0;
  for (const FacetLink& link : links) {
    const std::string_view shown = text.substr(link.begin, link.end - link.begin);
    out += text.substr(at, link.begin - at);
    out += shortens(shown, link.target) ? link.target : fmt::format("{} ({})", shown, link.target);
    at = link.end;
  }
  return out += text.substr(at);
}

// A blob by its CID; the first form of the network had it as text.
std::string cid_of(const json::object& blob) {
  const std::string link = text_in(object_in(blob, "ref"), "$link");
  return link.empty() ? text_in(blob, "cid") : link;
}

std::string_view ending_of(std::string_view mime) {
  if (mime == "image/png") return ".png";
  if (mime == "image/webp") return ".webp";
  if (mime == "image/gif") return ".gif";
  return mime.starts_with("video/") ? ".mp4" : ".jpg";
}

void add_media(const json::object& blob, const std::string& alt, PastMediaKind kind,
               const PastArchive& archive, PastPost& out) {
  const std::string cid = cid_of(blob);
  if (!cid_bytes(cid)) return;
  PastMedia media;
  media.kind = kind;
  media.alt = alt;
  media.member = fmt::format("{}{}{}", car_blobs, cid, ending_of(text_in(blob, "mimeType")));
  media.address = fmt::format("at://{}/{}", archive.account.original, cid);
  out.media.push_back(std::move(media));
}

void add_line(std::string_view line, PastPost& out) {
  if (line.empty() || out.text.find(line) != std::string::npos) return;
  out.text += out.text.empty() ? "" : "\n\n";
  out.text += line;
}

void read_embed(const json::object& in, const PastArchive& archive, PastPost& out) {
  const std::string type = text_in(in, "$type");
  if (type == "app.bsky.embed.images") {
    for (const json::value& each : list_in(in, "images"))
      add_media(object_in(object_of(each), "image"), text_in(object_of(each), "alt"),
                PastMediaKind::picture, archive, out);
  } else if (type == "app.bsky.embed.video") {
    add_media(object_in(in, "video"), text_in(in, "alt"), PastMediaKind::video, archive, out);
  } else if (type == "app.bsky.embed.external") {
    const json::object& card = object_in(in, "external");
    const std::string address = text_in(card, "uri");
    if (out.text.find(address) == std::string::npos) add_line(text_in(card, "title"), out);
    add_line(address, out);
  } else if (type == "app.bsky.embed.record") {
    const std::string uri = text_in(object_in(in, "record"), "uri");
    out.quotes = out.quotes || uri.find(fmt::format("/{}", posts)) != std::string::npos;
    add_line(bluesky_address(uri), out);
  } else if (type == "app.bsky.embed.recordWithMedia") {
    // Neither of the two can hold a third.
    const json::object& media = object_in(in, "media");
    const json::object& record = object_in(in, "record");
    if (text_in(media, "$type") != type) read_embed(media, archive, out);
    if (text_in(record, "$type") != type) read_embed(record, archive, out);
  }
}

void read_reply(const json::object& in, const PastArchive& archive, PastPost& out) {
  const std::string parent = text_in(object_in(object_in(in, "reply"), "parent"), "uri");
  if (parent.empty()) return;
  const std::string own = fmt::format("at://{}/{}", archive.account.original, posts);
  const bool ours = parent.starts_with(own);
  out.kind = ours ? PastKind::follow_up : PastKind::reply;
  out.reply_to = ours ? parent.substr(own.size()) : bluesky_address(parent);
}

// The commit without its signature, encoded anew, is what was signed.
Result<void> verify(json::object commit, const std::string& key) {
  TRY(const DidKey known, did_key(key));
  const auto signature = from_base64(text_in(object_in(commit, "sig"), "$bytes"));
  commit.erase("sig");
  const auto bytes = dag_cbor(commit);
  if (signature && bytes && is_signed_by(known.curve, known.point, *bytes, *signature)) return {};
  return fail(Fault::denied, "the repository was not signed with that key",
              "Take the key of the account's DID document, and export again: keys change when an "
              "account moves.");
}

}  // namespace

bool bluesky_allows(std::string_view name) {
  if (name == car_commit || name == profile) return true;
  for (const std::string_view folder : {posts, reposts, car_blobs})
    if (name.starts_with(folder) && name.size() > folder.size() &&
        name.find('/', folder.size()) == std::string_view::npos)
      return true;
  return false;
}

std::string bluesky_address(std::string_view uri) {
  constexpr std::string_view scheme = "at://";
  if (!uri.starts_with(scheme)) return std::string(uri);
  const auto pieces = split(uri.substr(scheme.size()), '/');
  if (pieces.size() != 3) return std::string(uri);
  const std::string& what = pieces[1];
  const std::string_view word = what == "app.bsky.feed.post"        ? "post"
                                : what == "app.bsky.feed.generator" ? "feed"
                                : what == "app.bsky.graph.list"     ? "lists"
                                                                    : "";
  if (word.empty()) return std::string(uri);
  return fmt::format("https://bsky.app/profile/{}/{}/{}", pieces[0], word, pieces[2]);
}

Result<PastArchive> bluesky_archive(const ArchiveFiles& files, const ArchiveAsked& asked) {
  TRY(const std::string bytes, read_member(files, car_commit, limits::archive_head_bytes));
  TRY(json::value value, from_dag_cbor(bytes));
  const json::object& commit = object_of(value);
  PastArchive out;
  out.account.platform = "bluesky";
  out.account.original = text_in(commit, "did");
  if (!is_did(out.account.original))
    return fail(Fault::corrupt, "the repository does not say whose it is");
  if (!asked.handle.empty() && !is_handle(asked.handle))
    return fail(Fault::invalid, fmt::format("{} is no handle of Bluesky", asked.handle),
                "Such as project.example.org, without \"@\".");
  out.account.handle = asked.handle.empty() ? out.account.original : lower_ascii(asked.handle);
  out.account.generated = time_of_key(text_in(commit, "rev")).value_or(0);
  out.signature = "not verified";
  if (!asked.key.empty()) {
    CHECK_OK(verify(commit, asked.key));
    out.signature = "verified";
  }
  if (files.bytes_of(profile)) {
    TRY(const std::string own, read_member(files, profile, limits::archive_head_bytes));
    const auto read = from_dag_cbor(own);
    if (read) out.account.name = text_in(object_of(*read), "displayName");
  }
  out.posts = {std::string(posts), std::string(reposts)};
  out.media_folder = car_blobs;
  out.bytes = files.names_in(car_blobs).size();
  out.read = &bluesky_post;
  return out;
}

Result<std::optional<PastPost>> bluesky_post(std::string_view name, std::string_view record,
                                             const PastArchive& archive) {
  json::monotonic_resource memory;
  TRY(const json::value value, from_dag_cbor(record, &memory));
  const json::object& in = object_of(value);
  const std::string_view key = name.substr(name.find('/') + 1);
  PastPost out;
  out.at = time_of(in, key);
  if (out.at == 0) return fail(Fault::corrupt, fmt::format("{} has no time", name));
  if (name.starts_with(reposts)) {
    out.original = fmt::format("repost/{}", key);
    out.kind = PastKind::repost;
    out.text = bluesky_address(text_in(object_in(in, "subject"), "uri"));
    if (out.text.empty()) return fail(Fault::corrupt, fmt::format("{} does not say of what", name));
    return out;
  }
  if (!name.starts_with(posts)) return std::nullopt;
  out.original = key;
  const std::string text = text_in(in, "text");
  out.text = with_links(text, links_of(in, text));
  const json::array& languages = list_in(in, "langs");
  if (!languages.empty()) out.language = text_of(languages.front());
  read_reply(in, archive, out);
  read_embed(object_in(in, "embed"), archive, out);
  return out;
}

}  // namespace carillon
