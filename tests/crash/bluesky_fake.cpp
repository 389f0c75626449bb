#include "bluesky_fake.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "text/atproto.hpp"
#include "text/dag_cbor.hpp"
#include "text/length.hpp"

namespace carillon::soak {

namespace {

constexpr const char* collection = "app.bsky.feed.post";
constexpr const char* xrpc = "/xrpc/";

Reply no(const char* error, const std::string& message, int status = 400) {
  return reply_of(json::object{{"error", error}, {"message", json::string(message)}}, status);
}

std::string base32(std::string_view bytes) {
  static constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (count += 8; count >= 5; count -= 5)
      out += alphabet[(bits >> static_cast<unsigned>(count - 5)) & 31U];
    bits &= (1U << static_cast<unsigned>(count)) - 1U;
  }
  if (count > 0) out += alphabet[(bits << static_cast<unsigned>(5 - count)) & 31U];
  return out;
}

std::string cid_of(const json::object& record) {
  return record_cid(record).value_or("no record");
}

std::string text_of(const json::object& from, std::string_view name) {
  const json::value* found = from.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

std::string uri_of(const std::string& rkey) {
  return fmt::format("at://{}/{}/{}", BlueskyFake::did, collection, rkey);
}

bool is_range(const json::value& facet, std::size_t size) {
  const json::value* index = facet.is_object() ? facet.get_object().if_contains("index") : nullptr;
  if (index == nullptr || !index->is_object()) return false;
  const json::value* begin = index->get_object().if_contains("byteStart");
  const json::value* end = index->get_object().if_contains("byteEnd");
  return begin != nullptr && end != nullptr && begin->is_int64() && end->is_int64() &&
         begin->get_int64() >= 0 && begin->get_int64() < end->get_int64() &&
         end->get_int64() <= static_cast<std::int64_t>(size);
}

}  // namespace

Sort BlueskyFake::sort_of(const Request& request) const {
  const std::string name = request.path.substr(std::min(request.path.size(), std::size_t{6}));
  if (name == "com.atproto.repo.applyWrites") return Sort::write;
  return name.starts_with("com.atproto.server.") ? Sort::login : Sort::read;
}

std::string BlueskyFake::key_of(const Request& request) const {
  if (sort_of(request) != Sort::write) return {};
  const auto body = parse_json(request.body);
  if (!body || !body->is_object()) return {};
  const json::value* writes = body->get_object().if_contains("writes");
  if (writes == nullptr || !writes->is_array() || writes->get_array().empty()) return {};
  const json::value& first = writes->get_array().front();
  return first.is_object() ? text_of(first.get_object(), "rkey") : "";
}

// The account was signed out: every session is gone.
Reply BlueskyFake::unauthorised() {
  access_.clear();
  refresh_.clear();
  return no("ExpiredToken", "Token has expired");
}

Reply BlueskyFake::refusal() const {
  return no("InvalidRequest", "Invalid app.bsky.feed.post record: grapheme too big");
}

const BlueskyFake::Record* BlueskyFake::find(const std::string& rkey) const {
  for (const Record& record : records_) {
    if (record.rkey == rkey) return &record;
  }
  return nullptr;
}

const BlueskyFake::Record& BlueskyFake::add(const std::string& rkey, const json::object& value) {
  records_.push_back({rkey, value, cid_of(value), clock_.peek()});
  return records_.back();
}

json::object BlueskyFake::commit() const {
  const auto count = static_cast<std::int64_t>(records_.size());
  return {{"cid", json::string(cid_of({{"commit", count}}))},
          {"rev", json::string(tid(server_now(), 7))}};
}

Reply BlueskyFake::open_session() {
  const std::string number = std::to_string(++sessions_);
  access_["access-" + number] = server_now() + 2 * hour;
  refresh_["refresh-" + number] = server_now() + 90 * day;
  return reply_of(json::object{{"accessJwt", json::string("access-" + number)},
                               {"refreshJwt", json::string("refresh-" + number)},
                               {"handle", handle},
                               {"did", did},
                               {"active", true}});
}

Reply BlueskyFake::log_in(const Request& request) {
  const auto body = parse_json(request.body);
  if (!body || !body->is_object()) return complain(request, "not JSON");
  if (text_of(body->get_object(), "identifier") != handle ||
      text_of(body->get_object(), "password") != password)
    return complain(request, "not our account");
  return open_session();
}

Reply BlueskyFake::refresh(const Request& request) {
  const std::string token(request.headers.get("authorization"));
  const auto known = refresh_.find(token.substr(std::min(token.size(), std::size_t{7})));
  if (!request.body.empty()) return complain(request, "a refresh with a body");
  if (known == refresh_.end()) return no("ExpiredToken", "Token has been revoked");
  refresh_.erase(known);
  return open_session();
}

Reply BlueskyFake::perform(const Request& request) {
  const std::string flaw = flaw_in_head(request);
  if (!flaw.empty()) return complain(request, flaw);
  if (!request.path.starts_with(xrpc)) return complain(request, "no such address");
  const std::string name = request.path.substr(std::string_view(xrpc).size());
  const bool reads = name.find(".get") != std::string::npos || name.ends_with(".describeRepo") ||
                     name.ends_with(".resolveHandle");
  if (request.method != (reads ? "GET" : "POST")) return complain(request, "the wrong method");
  if (name == "com.atproto.server.createSession") return log_in(request);
  if (name == "com.atproto.server.refreshSession") return refresh(request);
  if (name == "com.atproto.repo.getRecord") return get_record(request);
  if (name == "com.atproto.repo.describeRepo")
    return reply_of(json::object{{"handle", handle}, {"did", did}, {"handleIsCorrect", true}});
  if (name == "com.atproto.identity.resolveHandle") {
    if (!is_handle(request.arg("handle"))) return complain(request, "not a handle");
    if (request.arg("handle") == "nobody.example.org")
      return no("InvalidRequest", "Unable to resolve handle");
    return reply_of(json::object{{"did", "did:plc:oky5czdrnfjpqslsw2a5iclo"}});
  }
  const std::string token(request.headers.get("authorization"));
  const auto session = access_.find(token.substr(std::min(token.size(), std::size_t{7})));
  if (!token.starts_with("Bearer ")) return complain(request, "no session");
  if (session == access_.end() || session->second < server_now())
    return no("ExpiredToken", "Token has expired");
  if (name == "com.atproto.repo.uploadBlob") return upload(request);
  const auto form = parse_json(request.body);
  if (!form || !form->is_object() || request.headers.get("content-type") != "application/json")
    return complain(request, "not JSON");
  if (text_of(form->get_object(), "repo") != did) return complain(request, "another repo");
  if (name == "com.atproto.repo.applyWrites") return apply_writes(request, form->get_object());
  return complain(request, "no such method");
}

std::string BlueskyFake::flaw_of_reply(const json::value& reply) const {
  if (!reply.is_object()) return "a reply that is no object";
  for (const char* end : {"root", "parent"}) {
    const json::value* ref = reply.get_object().if_contains(end);
    if (ref == nullptr || !ref->is_object()) return "a reply without its ends";
    const std::string uri = text_of(ref->get_object(), "uri");
    const Record* target = find(uri.substr(uri.rfind('/') + 1));
    if (target == nullptr || uri_of(target->rkey) != uri) return "a reply to what is not there";
    if (target->cid != text_of(ref->get_object(), "cid")) return "a reply to another version";
  }
  return {};
}

std::string BlueskyFake::flaw_of(const std::string& rkey, const json::object& record) const {
  if (!is_tid(rkey)) return "the record key is no TID";
  if (text_of(record, "$type") != collection) return "no $type";
  if (!is_datetime(text_of(record, "createdAt"))) return "no createdAt";
  const std::string text = text_of(record, "text");
  if (text.size() > 3000 || bluesky_length(text).graphemes > 300) return "the text is too long";
  if (const json::value* facets = record.if_contains("facets")) {
    if (!facets->is_array()) return "facets that are no list";
    for (const json::value& facet : facets->get_array()) {
      if (!is_range(facet, text.size())) return "a facet beyond the text";
    }
  }
  const json::value* reply = record.if_contains("reply");
  return reply == nullptr ? std::string{} : flaw_of_reply(*reply);
}

// All or nothing. A key that is taken is a server's error, as in the reference implementation.
Reply BlueskyFake::apply_writes(const Request& request, const json::object& form) {
  const json::value* writes = form.if_contains("writes");
  if (writes == nullptr || !writes->is_array() || writes->get_array().empty())
    return complain(request, "no writes");
  const std::size_t before = records_.size();
  json::array results;
  for (const json::value& write : writes->get_array()) {
    const json::object none;
    const json::object& create = write.is_object() ? write.get_object() : none;
    const json::value* value = create.if_contains("value");
    std::string flaw = value != nullptr && value->is_object()
                           ? flaw_of(text_of(create, "rkey"), value->get_object())
                           : "a write without its record";
    if (text_of(create, "$type") != "com.atproto.repo.applyWrites#create")
      flaw = "it might replace a record";
    if (!flaw.empty()) {
      records_.resize(before);
      return complain(request, flaw);
    }
    if (find(text_of(create, "rkey")) != nullptr) {
      records_.resize(before);
      return no("InternalServerError", "Internal Server Error", 500);
    }
    const Record& record = add(text_of(create, "rkey"), value->get_object());
    results.push_back(json::object{{"$type", "com.atproto.repo.applyWrites#createResult"},
                                   {"uri", json::string(uri_of(record.rkey))},
                                   {"cid", json::string(record.cid)},
                                   {"validationStatus", "valid"}});
  }
  return reply_of(json::object{{"commit", commit()}, {"results", std::move(results)}});
}

Reply BlueskyFake::get_record(const Request& request) {
  if (request.arg("repo") != did || request.arg("collection") != collection)
    return complain(request, "another repo or collection");
  const Record* record = find(request.arg("rkey"));
  if (record == nullptr)
    return no("RecordNotFound", "Could not locate record: " + uri_of(request.arg("rkey")));
  return reply_of(json::object{{"uri", json::string(uri_of(record->rkey))},
                               {"cid", json::string(record->cid)},
                               {"value", record->value}});
}

Reply BlueskyFake::upload(const Request& request) {
  const std::string type(request.headers.get("content-type"));
  if (!type.starts_with("image/") || request.body.empty()) return complain(request, "no picture");
  // A blob's CID is of the raw bytes.
  const std::string cid = "b" + base32(std::string("\x01\x55\x12\x20", 4) + sha256(request.body));
  blobs_[cid] = type;
  return reply_of(json::object{
      {"blob", json::object{{"$type", "blob"},
                            {"ref", json::object{{"$link", json::string(cid)}}},
                            {"mimeType", json::string(type)},
                            {"size", static_cast<std::int64_t>(request.body.size())}}}});
}

std::vector<Held> BlueskyFake::held() const {
  std::vector<Held> out;
  for (const Record& record : records_) {
    Held held;
    held.text = text_of(record.value, "text");
    held.id = uri_of(record.rkey);
    held.url = fmt::format("https://bsky.app/profile/{}/post/{}", did, record.rkey);
    held.key = record.rkey;
    held.cid = record.cid;
    held.at = record.at;
    if (const json::value* reply = record.value.if_contains("reply"))
      held.parent = text_of(reply->at("parent").as_object(), "uri");
    out.push_back(std::move(held));
  }
  return out;
}

}  // namespace carillon::soak
