#include "core/chain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/describe.hpp"
#include "base/limits.hpp"

namespace carillon {

namespace {

void add_part(std::string& out, std::string_view part) {
  out += std::to_string(part.size());
  out += ':';
  out += part;
  out += ',';
}

// FNV-1a, 32 bits: a checksum that finds slips and names them. The hash is what proves.
// https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
void add_mark(std::string& out, std::string_view value) {
  std::uint32_t sum = 2166136261U;
  for (const char c : value) sum = (sum ^ static_cast<unsigned char>(c)) * 16777619U;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((sum >> shift) & 0xFFU);
}

constexpr std::size_t mark_bytes = 4;
// Every reader of JSON takes whole numbers up to here (RFC 8259 section 6).
constexpr std::int64_t most_number = (std::int64_t{1} << 53) - 1;
constexpr std::array<std::string_view, 8> marked{
    "number", "id", "time", "kind", "actor", "way", "subject", "details or their salt"};

// A line of a file.
struct Line {
  static constexpr std::array<std::string_view, 13> required{
      "seq",     "id",   "at",     "kind",     "actor", "via",  "subject",
      "details", "salt", "digest", "previous", "hash",  "marks"};
  std::int64_t seq = 0;
  std::string id;
  Micros at = 0;
  std::string kind;
  std::string actor;
  std::string via;
  std::string subject;
  std::string details;
  std::string salt;
  std::string digest;
  std::string previous;
  std::string hash;
  std::string marks;
};
BOOST_DESCRIBE_STRUCT(Line, (),
                      (seq, id, at, kind, actor, via, subject, details, salt, digest, previous,
                       hash, marks))

Result<std::string> bytes_of(const char* name, const std::string& hex, std::size_t size) {
  auto bytes = from_hex(hex);
  if (bytes && bytes->size() == size) return std::move(*bytes);
  return fail(Fault::corrupt,
              fmt::format("/{}: these are not {} bytes in hexadecimal", name, size));
}

// The members whose marks do not fit, in words.
std::string changed_members(const ChainedEvent& event) {
  const std::string right = chain_marks(event);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < marked.size(); ++i) {
    const auto at = i * mark_bytes;
    if (event.marks.size() != right.size() ||
        event.marks.compare(at, mark_bytes, right, at, mark_bytes) != 0)
      names.emplace_back(marked[i]);
  }
  // Another length says nothing of a single one.
  return names.size() == marked.size() ? std::string() : fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string chain_start() {
  return std::string(32, '\0');
}

std::string details_digest(std::string_view salt, std::string_view details) {
  return sha256(std::string(salt).append(details));
}

std::string chain_hash(const ChainedEvent& event) {
  std::string text;
  text.reserve(256);
  const std::string seq = std::to_string(event.seq);
  const std::string at = std::to_string(event.at);
  for (const std::string_view part :
       {std::string_view("carillon event 1"), std::string_view(event.previous),
        std::string_view(seq), std::string_view(event.id), std::string_view(at),
        std::string_view(event.kind), std::string_view(event.actor), std::string_view(event.via),
        std::string_view(event.subject), std::string_view(event.digest)})
    add_part(text, part);
  return sha256(text);
}

std::string chain_marks(const ChainedEvent& event) {
  std::string out;
  out.reserve(marked.size() * mark_bytes);
  add_mark(out, std::to_string(event.seq));
  add_mark(out, event.id);
  add_mark(out, std::to_string(event.at));
  for (const std::string* text : {&event.kind, &event.actor, &event.via, &event.subject})
    add_mark(out, *text);
  add_mark(out, event.salt.empty() ? event.digest : details_digest(event.salt, event.details));
  return out;
}

void seal_event(ChainedEvent& event) {
  event.digest = details_digest(event.salt, event.details);
  event.hash = chain_hash(event);
  event.marks = chain_marks(event);
}

std::string chain_line(const ChainedEvent& event) {
  return write_json(Line{event.seq, event.id, event.at, event.kind, event.actor, event.via,
                         event.subject, event.details, to_hex(event.salt), to_hex(event.digest),
                         to_hex(event.previous), to_hex(event.hash), to_hex(event.marks)});
}

Result<ChainedEvent> read_chain_line(std::string_view line) {
  TRY(const Line read, parse_json_as<Line>(line));
  if (read.seq < 1 || read.seq > most_number)
    return fail(Fault::corrupt, fmt::format("/seq: {} is no number of an event", read.seq));
  if (read.at < 0 || read.at > most_number)
    return fail(Fault::corrupt, fmt::format("/at: {} is no time of an event", read.at));
  ChainedEvent out{read.seq,     read.id, read.at, read.kind, read.actor, read.via, read.subject,
                   read.details, {},      {},      {},        {},         {}};
  TRY(out.salt, bytes_of("salt", read.salt, read.salt.empty() ? 0 : chain_salt_bytes));
  TRY(out.digest, bytes_of("digest", read.digest, 32));
  TRY(out.previous, bytes_of("previous", read.previous, 32));
  TRY(out.hash, bytes_of("hash", read.hash, 32));
  TRY(out.marks, bytes_of("marks", read.marks, marked.size() * mark_bytes));
  return out;
}

void ChainCheck::break_at(std::int64_t seq, std::string sentence) {
  if (!report_.broken.empty()) return;
  report_.broken_at = seq;
  report_.broken = std::move(sentence);
}

void ChainCheck::add(const ChainedEvent& event) {
  if (report_.count == 0) {
    report_.first = event.seq;
    report_.first_at = event.at;
    before_ = event.seq == 1 || event.previous.empty() ? chain_start() : event.previous;
    if (event.previous.empty()) check_order(0, event.seq);
  } else {
    judge(*held_, &event, std::nullopt);
    check_order(held_->seq, event.seq);
    before_ = held_->hash;
  }
  ++report_.count;
  report_.last = event.seq;
  report_.last_at = event.at;
  report_.head = event.hash;
  note_erasing(event);
  if (!pinned_.empty() && event.hash == pinned_ && report_.pinned_at == 0)
    report_.pinned_at = event.seq;
  held_ = event;
}

void ChainCheck::add_unreadable(std::int64_t line, const std::string& why) {
  if (held_) judge(*held_, nullptr, std::nullopt);
  break_at(report_.last + 1, fmt::format("line {} cannot be read: {}", line, why));
}

void ChainCheck::check_order(std::int64_t before, std::int64_t now) {
  if (now == before + 1) return;
  if (now <= before)
    return break_at(now, fmt::format("event {} stands after event {}: it is out of order or there "
                                     "twice",
                                     now, before));
  break_at(before + 1, now == before + 2
                           ? fmt::format("event {} is missing", before + 1)
                           : fmt::format("events {} to {} are missing", before + 1, now - 1));
}

// The hash decides; marks, and what comes after, only tell what is to blame.
void ChainCheck::judge(const ChainedEvent& event, const ChainedEvent* next,
                       const std::optional<Head>& head) {
  ChainedEvent right = event;
  right.previous = before_;
  if (!event.salt.empty()) right.digest = details_digest(event.salt, event.details);
  const std::string hash = chain_hash(right);
  if (hash == event.hash) return judge_rest(event, right);
  const std::string members = changed_members(right);
  const std::string which = fmt::format("event {} was changed: its ", event.seq);
  bool followed = head && head->hash == hash;
  if (next != nullptr) {
    ChainedEvent after = *next;
    after.previous = hash;
    if (!after.salt.empty()) after.digest = details_digest(after.salt, after.details);
    followed = chain_hash(after) == next->hash;
  }
  if (!members.empty()) return break_at(event.seq, which + members);
  if (followed) return break_at(event.seq, which + "hash");
  break_at(event.seq,
           fmt::format("event {} does not follow the one before it: that one was written "
                       "anew, or something was removed, put in between or exchanged",
                       event.seq));
}

// What the hash does not cover, or only where it is not erased.
void ChainCheck::judge_rest(const ChainedEvent& event, const ChainedEvent& right) {
  const std::string which = fmt::format("event {} was changed: ", event.seq);
  if (event.marks != chain_marks(right))
    break_at(event.seq, which + "its marks, and nothing else");
  else if (event.digest != right.digest)
    break_at(event.seq, which + "its digest");
  else if (!event.previous.empty() && event.previous != before_)
    break_at(event.seq, which + "the hash before it");
  else if (event.salt.empty() && event.details != erased_details)
    break_at(event.seq, which + "words stand where its details were erased");
}

// Erasing without a word would be a way to hide something.
void ChainCheck::note_erasing(const ChainedEvent& event) {
  if (event.salt.empty()) {
    ++report_.erased;
    unexplained_.insert(event.seq);
  }
  if (event.kind != erasing_kind) return;
  const auto said = parse_json(event.details);
  const json::value* list =
      said && said->is_object() ? said->get_object().if_contains("events") : nullptr;
  if (list == nullptr || !list->is_array()) return;
  for (const json::value& one : list->get_array()) {
    if (one.is_int64()) unexplained_.erase(one.get_int64());
  }
}

ChainReport ChainCheck::finish(const std::optional<Head>& head) {
  if (held_) judge(*held_, nullptr, head);
  if (head && head->seq > report_.last)
    break_at(report_.last + 1,
             fmt::format("the log ends at event {}, and {} were written: the end is missing",
                         report_.last, head->seq));
  else if (head && (head->seq != report_.last ||
                    head->hash != (report_.count > 0 ? report_.head : chain_start())))
    break_at(head->seq,
             fmt::format("the head that is kept apart is not that of event {}", report_.last));
  if (!unexplained_.empty())
    break_at(
        *unexplained_.begin(),
        fmt::format("the details of event {} are gone, and no event says that they were erased",
                    *unexplained_.begin()));
  return report_;
}

void ChainFile::take(std::string_view line) {
  ++line_;
  if (stopped_ || trim(line).empty()) return;
  const auto event = read_chain_line(line);
  if (event) return check_.add(*event);
  stopped_ = true;
  check_.add_unreadable(line_, event.error().what);
}

void ChainFile::feed(std::string_view bytes) {
  while (!bytes.empty() && !stopped_) {
    const auto end = bytes.find('\n');
    rest_ += bytes.substr(0, end);
    if (rest_.size() > limits::event_line_bytes) {
      stopped_ = true;
      return check_.add_unreadable(
          line_ + 1, fmt::format("it is longer than {} bytes", limits::event_line_bytes));
    }
    if (end == std::string_view::npos) return;
    take(rest_);
    rest_.clear();
    bytes.remove_prefix(end + 1);
  }
}

ChainReport ChainFile::finish() {
  if (!rest_.empty()) take(rest_);
  return check_.finish();
}

}  // namespace carillon
