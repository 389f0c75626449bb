#include "mastodon_fake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/moment.hpp"

namespace carillon::soak {

namespace {

constexpr const char* account_id = "7";
constexpr const char* base = "https://toots.example/@project";

json::value account() {
  return json::object{{"id", account_id}, {"username", "project"}, {"acct", "project"},
                      {"url", base},      {"statuses_count", 1},   {"followers_count", 2}};
}

// A word as a server shows it: links shortened by invisible spans, tags and mentions as links.
std::string html_of_word(const std::string& word) {
  if (word.starts_with("https://"))
    return fmt::format(
        "<a href=\"{0}\" rel=\"nofollow\"><span class=\"invisible\">https://</span><span "
        "class=\"\">{1}</span></a>",
        word, word.substr(8));
  const std::string rest = word.substr(1, word.find('@', 1) - 1);
  if (word[0] == '@')
    return fmt::format(
        "<span class=\"h-card\"><a href=\"https://other.example/@{0}\" class=\"u-url mention\">@"
        "<span>{0}</span></a></span>",
        rest);
  return fmt::format(
      "<a href=\"https://toots.example/tags/{0}\" class=\"mention hashtag\" rel=\"tag\">#<span>{0}"
      "</span></a>",
      rest);
}

// As a server shows a text: escaped, in paragraphs.
std::string html_of(const std::string& text) {
  std::string out = "<p>";
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = std::string_view(text).substr(at);
    const bool marked = (rest[0] == '#' || rest[0] == '@') && rest.size() > 1 && rest[1] != ' ';
    if (marked || rest.starts_with("https://")) {
      const std::string word(rest.substr(0, rest.find_first_of(" ,\n")));
      out += html_of_word(word);
      at += word.size() - 1;
    } else if (rest.starts_with("\n\n")) {
      out += "</p><p>";
      ++at;
    } else if (rest[0] == '\n') {
      out += "<br />";
    } else if (rest[0] == '&') {
      out += "&amp;";
    } else {
      out += rest[0];
    }
  }
  return out + "</p>";
}

bool is_hex_key(std::string_view key) {
  return key.size() == 32 && key.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::int64_t number_of(const std::string& text, std::int64_t otherwise) {
  std::int64_t out = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace

MastodonFake::MastodonFake(const SharedClock& clock, MastodonTraits traits, std::uint64_t seed)
    : Fake(clock), traits_(traits), dice_(seed) {}

Sort MastodonFake::sort_of(const Request& request) const {
  return request.method == "POST" && request.path == "/api/v1/statuses" ? Sort::write : Sort::read;
}

std::string MastodonFake::key_of(const Request& request) const {
  return sort_of(request) == Sort::write ? std::string(request.headers.get("idempotency-key")) : "";
}

Reply MastodonFake::unauthorised() {
  return reply_of(json::object{{"error", "The access token is invalid"}}, 401);
}

Reply MastodonFake::refusal() const {
  return reply_of(json::object{{"error", "Validation failed: Text character limit exceeded"}}, 422);
}

const MastodonFake::Status* MastodonFake::find(const std::string& id) const {
  for (const Status& status : statuses_) {
    if (status.held.id == id) return &status;
  }
  return nullptr;
}

MastodonFake::Status& MastodonFake::add(std::string text) {
  last_id_ += dice_.between(1, 70'000);
  Status status;
  status.held.text = std::move(text);
  status.held.id = std::to_string(last_id_);
  status.held.url = fmt::format("{}/{}", base, last_id_);
  status.held.at = clock_.peek();
  status.created = server_now();
  status.listed = clock_.peek();
  if (traits_.lag_most > 0) status.listed += dice_.below(traits_.lag_most);
  statuses_.push_back(std::move(status));
  return statuses_.back();
}

void MastodonFake::post_by_hand(const std::string& text, bool reblog) {
  Status& status = add(text);
  status.held.foreign = true;
  status.reblog = reblog;
  status.listed = clock_.peek();
}

json::object MastodonFake::shown(const Status& status) const {
  const Held& held = status.held;
  json::object out{{"id", json::string(held.id)},
                   {"created_at", json::string(iso_time_millis(status.created))},
                   {"url", json::string(held.url)},
                   {"uri", json::string("https://toots.example/users/project/" + held.id)},
                   {"content", json::string(html_of(held.text))},
                   {"visibility", "public"},
                   {"spoiler_text", ""},
                   {"language", "en"},
                   {"in_reply_to_id", nullptr},
                   {"reblog", nullptr},
                   {"account", account()},
                   {"media_attachments", status.pictures}};
  if (!held.parent.empty()) out["in_reply_to_id"] = held.parent;
  if (status.reblog) {
    out["reblog"] = json::object{{"id", "1"}, {"content", out["content"]}};
    out["content"] = "";
  }
  return out;
}

Reply MastodonFake::perform(const Request& request) {
  const std::string flaw = flaw_in_head(request);
  if (!flaw.empty()) return complain(request, flaw);
  if (request.headers.get("authorization") != std::string("Bearer ") + token)
    return complain(request, "not our token");
  if (sort_of(request) == Sort::write) return publish(request);
  if (request.method == "POST" && request.path == "/api/v2/media") return upload(request);
  if (request.method != "GET") return complain(request, "not a method of this address");
  const std::string listing = fmt::format("/api/v1/accounts/{}/statuses", account_id);
  const bool reads_posts = request.path == listing || request.path.ends_with("/source");
  if (reads_posts && !traits_.may_read)
    return reply_of(json::object{{"error", "This action is outside the authorized scopes"}}, 403);
  if (request.path == "/api/v1/accounts/verify_credentials") return reply_of(account());
  if (request.path == listing) return list(request);
  const std::string prefix = "/api/v1/statuses/";
  if (request.path.starts_with(prefix) && request.path.ends_with("/source"))
    return source(request,
                  request.path.substr(prefix.size(), request.path.size() - prefix.size() - 7));
  return complain(request, "no such address");
}

Reply MastodonFake::publish(const Request& request) {
  static const std::set<std::string_view> known{"status",   "visibility", "spoiler_text",
                                                "language", "media_ids",  "in_reply_to_id",
                                                "sensitive"};
  const std::string key(request.headers.get("idempotency-key"));
  if (!is_hex_key(key)) return complain(request, "the key is not 32 hex digits");
  if (!request.headers.get("content-type").starts_with("application/json"))
    return complain(request, "not sent as JSON");
  const auto form = parse_json(request.body);
  if (!form || !form->is_object()) return complain(request, "not JSON");
  for (const auto& member : form->get_object()) {
    if (!known.contains(std::string_view(member.key()))) return complain(request, "unknown member");
  }
  const auto text_of = [&](const char* name) {
    const json::value* found = form->get_object().if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
  };
  const std::string text = text_of("status");
  if (text.empty() || text.size() > 500 || first_bad_utf8(text))
    return complain(request, "no text a server takes");
  if (text_of("visibility") != "public") return complain(request, "another visibility");
  const auto before = keys_.find(key);
  if (traits_.honours_keys && before != keys_.end() && server_now() < before->second.at + hour)
    return reply_of(shown(*find(before->second.id)));
  const std::string parent = text_of("in_reply_to_id");
  if (!parent.empty() && find(parent) == nullptr)
    return reply_of(json::object{{"error", "Record not found"}}, 404);
  json::array pictures;
  if (const json::value* ids = form->get_object().if_contains("media_ids")) {
    for (const json::value& id : ids->as_array()) {
      const std::string name(id.as_string());
      if (pictures_.erase(name) == 0) return complain(request, "a picture that is not there");
      pictures.push_back(json::object{{"id", json::string(name)}, {"type", "image"}});
    }
  }
  Status& status = add(text);
  status.pictures = std::move(pictures);
  status.held.key = key;
  status.held.parent = parent;
  keys_[key] = {status.held.id, server_now()};
  return reply_of(shown(status));
}

Reply MastodonFake::upload(const Request& request) {
  if (!request.headers.get("content-type").starts_with("multipart/form-data; boundary=") ||
      request.body.find("name=\"file\"") == std::string::npos)
    return complain(request, "no file in a form");
  last_id_ += dice_.between(1, 70'000);
  const std::string id = std::to_string(last_id_);
  pictures_.insert(id);
  return reply_of(json::object{{"id", json::string(id)}, {"type", "image"}});
}

Reply MastodonFake::list(const Request& request) {
  const std::int64_t limit = number_of(request.arg("limit"), 20);
  const std::string before = request.arg("max_id");
  if (limit < 1 || limit > 40) return complain(request, "a page of that size");
  if (request.arg("exclude_reblogs") != "true") return complain(request, "with reblogs");
  json::array out;
  bool left_out = false;
  for (auto status = statuses_.rbegin(); status != statuses_.rend(); ++status) {
    if (status->reblog) continue;
    if (!before.empty() && number_of(status->held.id, 0) >= number_of(before, 0)) continue;
    if (status->listed > clock_.peek()) {
      left_out = true;
      continue;
    }
    out.push_back(shown(*status));
    if (static_cast<std::int64_t>(out.size()) == limit) break;
  }
  if (left_out) ++stale;
  return reply_of(out);
}

Reply MastodonFake::source(const Request& request, const std::string& id) {
  if (!traits_.has_source) return reply_of(json::object{{"error", "Record not found"}}, 404);
  const Status* status = find(id);
  if (status == nullptr) return complain(request, "a post that is not there");
  return reply_of(json::object{
      {"id", json::string(id)}, {"text", json::string(status->held.text)}, {"spoiler_text", ""}});
}

std::vector<Held> MastodonFake::held() const {
  std::vector<Held> out;
  for (const Status& status : statuses_) out.push_back(status.held);
  return out;
}

}  // namespace carillon::soak
