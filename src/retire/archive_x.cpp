#include "retire/archive_x.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "retire/archive_json.hpp"
#include "retire/archive_records.hpp"
#include "retire/archive_text.hpp"
#include "retire/digits.hpp"

namespace carillon {

using namespace past;

namespace {

constexpr std::array<std::string_view, 2> post_files{"tweets", "tweet"};
constexpr std::array<std::string_view, 2> note_files{"note-tweet", "note-tweets"};
constexpr std::array<std::string_view, 4> closed_files{
    "deleted-tweets", "deleted-tweet", "twitter-circle-tweet", "twitter-circle-tweets"};
constexpr std::array<std::string_view, 2> media_folders{"tweets_media/", "tweet_media/"};
constexpr std::string_view monthly = "js/tweets/";  // until 2018

// "tweets.js" or "tweets-part12.js" of the base "tweets"; which part it is, or -1.
int part_of(std::string_view name, std::string_view base) {
  if (!name.starts_with(base) || !name.ends_with(".js")) return -1;
  name = name.substr(base.size(), name.size() - base.size() - 3);
  if (name.empty()) return 0;
  if (!name.starts_with("-part") || !digits(name.substr(5)) || name.size() > 12) return -1;
  int out = 0;
  std::from_chars(name.data() + 5, name.data() + name.size(), out);
  return out;
}

template <std::size_t N>
bool is_part(std::string_view name, const std::array<std::string_view, N>& bases) {
  return std::any_of(bases.begin(), bases.end(),
                     [&](std::string_view base) { return part_of(name, base) >= 0; });
}

bool is_month(std::string_view name) {  // "2013_05.js"
  return name.size() == 10 && digits(name.substr(0, 4)) && name[4] == '_' &&
         digits(name.substr(5, 2)) && name.ends_with(".js");
}

// The parts of these files in `folder`, in order.
template <std::size_t N>
std::vector<std::string> parts_in(const std::vector<std::string>& names, std::string_view folder,
                                  const std::array<std::string_view, N>& bases) {
  std::vector<std::string> out;
  for (const std::string_view base : bases) {
    std::vector<std::pair<int, std::string>> found;
    for (const std::string& name : names) {
      const int part = part_of(std::string_view(name).substr(folder.size()), base);
      if (part >= 0) found.emplace_back(part, name);
    }
    std::sort(found.begin(), found.end());
    for (auto& each : found) out.push_back(std::move(each.second));
  }
  return out;
}

// The object right of the `=` of a member, or an empty one when the member is not there. A list, as
// account.js is one, gives its first record.
Result<json::value> head_of(const ArchiveFiles& files, const std::string& member) {
  if (!files.bytes_of(member)) return json::value(json::object());
  TRY(const std::string text, read_member(files, member, limits::archive_head_bytes));
  auto out = parse_record(after_assignment(text), {});
  if (!out) return tl::unexpected<Error>(within(member, std::move(out).error()));
  if (out->is_array())
    return out->get_array().empty() ? json::value(json::object()) : out->get_array().front();
  return out;
}

Result<void> read_manifest(const ArchiveFiles& files, const std::string& folder, PastArchive& out) {
  TRY(const json::value manifest, head_of(files, folder + "manifest.js"));
  const json::object& user = object_in(object_of(manifest), "userInfo");
  const json::object& info = object_in(object_of(manifest), "archiveInfo");
  out.account.original = text_in(user, "accountId");
  out.account.handle = text_in(user, "userName");
  out.account.name = text_in(user, "displayName");
  out.account.generated = x_time(text_in(info, "generationDate")).value_or(0);
  const json::value* partial = info.if_contains("isPartialArchive");
  out.account.complete = partial != nullptr && partial->is_bool() && !partial->get_bool();
  for (const char* kind : {"tweets", "tweet", "noteTweet"}) {
    const json::object& listed = object_in(object_in(object_of(manifest), "dataTypes"), kind);
    for (const json::value& file : list_in(listed, "files")) {
      const std::string name = text_in(object_of(file), "fileName");
      if (!x_allows(name) || files.bytes_of(name)) continue;
      return fail(Fault::not_found, fmt::format("the archive lists {}, which is not there", name),
                  "Download the archive again, and all of its parts.");
    }
  }
  if (!out.account.handle.empty()) return {};
  TRY(const json::value account, head_of(files, folder + "account.js"));
  const json::object& own = object_in(object_of(account), "account");
  out.account.original = text_in(own, "accountId");
  out.account.handle = text_in(own, "username");
  out.account.name = text_in(own, "accountDisplayName");
  return {};
}

Result<void> read_user_details(const ArchiveFiles& files, PastArchive& out) {
  TRY(const json::value user, head_of(files, "data/js/user_details.js"));
  out.account.original = text_in(object_of(user), "id");
  out.account.handle = text_in(object_of(user), "screen_name");
  out.account.name = text_in(object_of(user), "full_name");
  out.account.complete = false;
  return {};
}

// {"tweet": {…}}, or in archives around 2020 the inside alone.
const json::object& inside(const json::value& record, std::string_view wrapper) {
  const json::object& whole = object_of(record);
  const json::value* wrapped = whole.if_contains(wrapper);
  return wrapped != nullptr && wrapped->is_object() ? wrapped->get_object() : whole;
}

std::string https(std::string address) {
  return address.starts_with("http://t.co/") ? "https" + address.substr(4) : address;
}

// https://twitter.com/name/status/123, also of mobile. and x.com.
bool is_status(std::string_view address) {
  const auto host = address.find("://");
  if (host == std::string_view::npos) return false;
  address.remove_prefix(host + 3);
  for (const std::string_view front : {"www.", "mobile.", "m."})
    if (address.starts_with(front)) address.remove_prefix(front.size());
  if (!address.starts_with("twitter.com/") && !address.starts_with("x.com/")) return false;
  const auto status = address.find("/status/");
  return status != std::string_view::npos && digits(address.substr(status + 8, 1));
}

// The last piece of an address's path: the name of a file.
std::string file_of_address(std::string_view address) {
  address = address.substr(0, address.find_first_of("?#"));
  const auto slash = address.rfind('/');
  std::string name(slash == std::string_view::npos ? address : address.substr(slash + 1));
  return name.substr(0, name.find(':'));  // "abc.jpg:large"
}

// The archive holds one of the variants; usually the best.
std::vector<std::string> video_files(const json::object& media) {
  std::vector<std::pair<long, std::string>> found;
  for (const json::value& each : list_in(object_in(media, "video_info"), "variants")) {
    const std::string address = text_in(object_of(each), "url");
    if (address.find(".mp4") == std::string::npos) continue;
    long rate = 0;
    const std::string said = text_in(object_of(each), "bitrate");
    std::from_chars(said.data(), said.data() + said.size(), rate);
    found.emplace_back(-rate, file_of_address(address));
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> out;
  for (auto& each : found)
    if (std::find(out.begin(), out.end(), each.second) == out.end())
      out.push_back(std::move(each.second));
  return out;
}

PastMedia media_of(const json::object& in, const std::string& id, const PastArchive& archive) {
  PastMedia out;
  const std::string type = text_in(in, "type");
  if (type == "video") out.kind = PastMediaKind::video;
  if (type == "animated_gif") out.kind = PastMediaKind::animation;
  out.address = text_in(in, "media_url_https", "media_url");
  out.alt = text_in(in, "ext_alt_text", "alt_text");
  std::vector<std::string> names;
  if (out.kind != PastMediaKind::picture) names = video_files(in);
  if (names.empty() && out.kind == PastMediaKind::picture)
    names.push_back(file_of_address(out.address));
  if (archive.media_folder.empty()) return out;
  for (const std::string& name : names)
    out.member += (out.member.empty() ? "" : "\n") + archive.media_folder + id + "-" + name;
  return out;
}

void read_media(const json::object& in, const PastArchive& archive, PastPost& out) {
  const json::array* list = &list_in(object_in(in, "extended_entities"), "media");
  if (list->empty()) list = &list_in(object_in(in, "entities"), "media");
  for (const json::value& each : *list) {
    const json::object& media = object_of(each);
    out.media.push_back(media_of(media, out.original, archive));
    if (std::string link = text_in(media, "url"); !link.empty())
      out.links.emplace_back(https(std::move(link)), "");
  }
}

void read_links(const json::object& in, PastPost& out) {
  for (const json::value& each : list_in(object_in(in, "entities"), "urls")) {
    std::string target = text_in(object_of(each), "expanded_url");
    std::string link = text_in(object_of(each), "url");
    if (link.empty() || target.empty() || link == target) continue;
    out.quotes = out.quotes || is_status(target);
    out.links.emplace_back(https(std::move(link)), std::move(target));
  }
}

void read_x_reply(const json::object& in, const PastArchive& archive, PastPost& out) {
  out.reply_to = text_in(in, "in_reply_to_status_id_str", "in_reply_to_status_id");
  out.reply_handle = text_in(in, "in_reply_to_screen_name");
  const std::string whom = text_in(in, "in_reply_to_user_id_str", "in_reply_to_user_id");
  if (out.reply_to.empty() && whom.empty()) return;
  const bool own = !archive.account.original.empty() && !whom.empty()
                       ? whom == archive.account.original
                       : lower_ascii(out.reply_handle) == lower_ascii(archive.account.handle);
  out.kind = own ? PastKind::follow_up : PastKind::reply;
  if (own && out.reply_to.empty()) out.kind = PastKind::post;
  if (!out.reply_handle.empty()) return;
  for (const json::value& each : list_in(object_in(in, "entities"), "user_mentions")) {
    if (text_in(object_of(each), "id_str", "id") == whom)
      out.reply_handle = text_in(object_of(each), "screen_name");
  }
}

void read_editions(const json::object& in, PastPost& out) {
  const json::object& info = object_in(in, "edit_info");
  const json::object& edit = object_in(info, "edit");
  const json::object& control =
      edit.empty() ? object_in(info, "initial") : object_in(edit, "editControlInitial");
  for (const json::value& each : list_in(control, "editTweetIds"))
    out.editions.push_back(text_of(each));
  if (const std::string first = text_in(edit, "initialTweetId"); !first.empty())
    if (std::find(out.editions.begin(), out.editions.end(), first) == out.editions.end())
      out.editions.insert(out.editions.begin(), first);
  if (out.editions.size() < 2) out.editions.clear();
}

// Ids since November 2010 hold their millisecond, which puts posts of one second in order.
Micros with_millis(Micros at, const std::string& id) {
  constexpr std::uint64_t first = 29'700'859'247;
  constexpr Micros epoch = 1'288'834'974'657'000;
  std::uint64_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number);
  if (number < first) return at;
  const Micros exact = epoch + static_cast<Micros>(number >> 22U) * 1000;
  return at == 0 || (exact >= at - second && exact <= at + 2 * second) ? exact : at;
}

}  // namespace

bool x_allows(std::string_view name) {
  if (name.starts_with("data/")) name.remove_prefix(5);
  if (name == "manifest.js" || name == "account.js" || name == "js/user_details.js") return true;
  if (is_part(name, post_files) || is_part(name, note_files) || is_part(name, closed_files))
    return true;
  if (name.starts_with(monthly)) return is_month(name.substr(monthly.size()));
  return std::any_of(media_folders.begin(), media_folders.end(), [&](std::string_view folder) {
    return name.starts_with(folder) && name.size() > folder.size() &&
           name.find('/', folder.size()) == std::string_view::npos;
  });
}

Result<PastArchive> x_archive(const ArchiveFiles& files) {
  PastArchive out;
  // Until 2019 the files stood at the top.
  for (const std::string folder : {"data/", ""}) {
    const auto names = files.names_in(folder);
    out.posts = parts_in(names, folder, post_files);
    if (out.posts.empty()) continue;
    out.notes = parts_in(names, folder, note_files);
    out.closed = parts_in(names, folder, closed_files);
    CHECK_OK(read_manifest(files, folder, out));
    for (const std::string_view media : media_folders)
      if (out.media_folder.empty() && files.has_folder(folder + std::string(media)))
        out.media_folder = folder + std::string(media);
    break;
  }
  if (out.posts.empty()) {
    out.posts = files.names_in("data/js/tweets/");
    CHECK_OK(read_user_details(files, out));
  }
  if (out.posts.empty())
    return fail(Fault::not_found,
                "this is no archive of X: it has neither data/tweets.js nor "
                "data/js/tweets/",
                "Name the zip that X gave you, or the folder it unpacks to.");
  if (out.account.handle.empty())
    return fail(Fault::not_found, "the archive does not say whose it is",
                "Look for data/manifest.js or data/account.js in it: one must be there.");
  out.account.platform = "x";
  out.read = [](std::string_view, std::string_view record, const PastArchive& archive) {
    return x_post(record, archive);
  };
  for (const auto* list : {&out.closed, &out.notes, &out.posts})
    for (const std::string& name : *list) out.bytes += files.bytes_of(name).value_or(0);
  return out;
}

Result<std::optional<PastPost>> x_post(std::string_view record, const PastArchive& archive) {
  std::array<unsigned char, std::size_t{32} * 1024> buffer;  // NOLINT: a record fills it
  json::monotonic_resource memory(buffer.data(), buffer.size());
  TRY(const json::value value, parse_record(record, &memory));
  const json::object& in = inside(value, "tweet");
  PastPost out;
  out.original = text_in(in, "id_str", "id");
  if (!digits(out.original) || out.original.size() > 20)
    return fail(Fault::corrupt, "a post has no id");
  const auto at = x_time(text_in(in, "created_at"));
  out.at = with_millis(at.value_or(0), out.original);
  if (out.at == 0) return fail(Fault::corrupt, fmt::format("post {} has no time", out.original));
  out.text = unescaped(text_in(in, "full_text", "text"));
  out.language = text_in(in, "lang");
  read_x_reply(in, archive, out);
  read_links(in, out);
  read_media(in, archive, out);
  read_editions(in, out);
  const json::object& again = object_in(in, "retweeted_status");  // until 2018; it has all the text
  if (!again.empty()) {
    read_links(again, out);
    out.text = "RT @" + text_in(object_in(again, "user"), "screen_name") + ": " +
               unescaped(text_in(again, "full_text", "text"));
  }
  if (out.text.starts_with("RT @")) out.kind = PastKind::repost;
  return out;
}

Result<XNote> x_note(std::string_view record) {
  TRY(const json::value value, parse_record(record, {}));
  const json::object& whole = object_of(value);
  const json::object& in =
      inside(value, whole.contains("noteTweet") ? "noteTweet" : "noteTweetResults");
  const json::object& core = object_in(in, "core");
  XNote out;
  out.post = text_in(in, "tweetId", "tweet_id");
  if (out.post.empty()) out.post = text_in(whole, "tweetId", "tweet_id");
  out.at = x_time(text_in(in, "createdAt")).value_or(0);
  if (out.at == 0 && !out.post.empty()) out.at = with_millis(0, out.post);
  out.text = unescaped(text_in(core.empty() ? in : core, "text"));
  if (out.text.empty()) return fail(Fault::corrupt, "a long note has no text");
  for (const json::value& each : list_in(core, "urls")) {
    const json::object& link = object_of(each);
    std::string from = text_in(link, "shortUrl", "url");
    std::string target = text_in(link, "expandedUrl", "expanded_url");
    if (!from.empty() && !target.empty())
      out.links.emplace_back(https(std::move(from)), std::move(target));
  }
  return out;
}

Result<std::string> x_id(std::string_view record) {
  TRY(const json::value value, parse_record(record, {}));
  std::string out = text_in(inside(value, "tweet"), "id_str", "id");
  if (out.empty()) return fail(Fault::corrupt, "a record has no id");
  return out;
}

std::optional<Micros> x_time(std::string_view text) {
  if (auto plain = parse_time(text)) return plain;
  const auto pieces = split(text, ' ');
  if (pieces.size() == 3 && pieces[0].size() == 10 && pieces[2].size() == 5) {
    const std::string& zone = pieces[2];
    return parse_time(pieces[0] + "T" + pieces[1] + zone.substr(0, 3) + ":" + zone.substr(3));
  }
  if (pieces.size() != 6 || pieces[4] != "+0000") return std::nullopt;
  // As an HTTP date, which parse_time knows: "Sat, 12 Aug 2023 16:10:37 GMT".
  return parse_time(
      fmt::format("{}, {} {} {} {} GMT", pieces[0], pieces[2], pieces[1], pieces[5], pieces[3]));
}

std::string x_address(std::string_view handle, std::string_view id) {
  return fmt::format("https://x.com/{}/status/{}", handle, id);
}

}  // namespace carillon
