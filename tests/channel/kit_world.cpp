#include "kit_world.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "base/bytes.hpp"
#include "text/adapt.hpp"

namespace carillon::kit {

namespace {

constexpr Micros tick = 3 * minute;  // longer than a lease and than a request may still run

HttpClientOptions local_only() {
  HttpClientOptions out;
  out.allow_private_for_tests = true;
  return out;
}

void put_32(std::string& out, std::uint32_t value) {
  for (const int shift : {24, 16, 8, 0}) out += char((value >> unsigned(shift)) & 0xFFU);
}

// A chunk of a PNG with its CRC (ISO/IEC 15948, annex D).
std::string chunk(const std::string& kind, const std::string& data) {
  std::string out;
  put_32(out, std::uint32_t(data.size()));
  const std::string body = kind + data;
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : body) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  out += body;
  put_32(out, ~crc);
  return out;
}

// A zlib stream of one stored block (RFC 1950, RFC 1951 section 3.2.4).
std::string stored(const std::string& data) {
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char c : data) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  const auto size = static_cast<std::uint16_t>(data.size());
  std::string out = "\x78\x01\x01";
  for (const unsigned part : {unsigned(size), unsigned(size) ^ 0xFFFFU}) {
    out += char(part & 0xFFU);
    out += char(part >> 8U);
  }
  out += data;
  put_32(out, b << 16U | a);
  return out;
}

std::string memory_folder() {
  return std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp";
}

}  // namespace

Micros next_start() {
  static Micros last = SystemClock().now();
  return last += 7 * second + 11;
}

Image picture_of(const std::string& token) {
  constexpr std::uint32_t side = 8;
  const std::string noise = sha256(token);
  std::string rows;
  for (std::uint32_t y = 0; y < side; ++y) {
    rows += '\0';  // no filter
    for (std::uint32_t x = 0; x < side * 3; ++x) rows += noise[(y * 5 + x) % noise.size()];
  }
  std::string header;
  put_32(header, side);
  put_32(header, side);
  header += std::string("\x08\x02\0\0\0", 5);  // 8 bits, RGB
  return {.bytes = "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + chunk("IDAT", stored(rows)) +
                   chunk("IEND", ""),
          .mime = "image/png",
          .width = side,
          .height = side,
          .alt = "Eight squares of tea, “" + token + "”"};
}

Scratch::Scratch() {
  path_ = memory_folder() + "/carillon-kit-XXXXXX";
  REQUIRE(::mkdtemp(path_.data()) != nullptr);
}

Scratch::~Scratch() {
  std::filesystem::remove_all(path_);
}

World::World(const Target& the_target, const std::string& path, Micros start)
    : target(the_target),
      clock(start),
      ids(clock),
      http(local_only()),
      secrets(the_target.secrets) {
  auto opened = Store::open(path);
  REQUIRE_MESSAGE(opened.has_value(), opened.error().what);
  store = std::move(*opened);
  auto made = make_adapter(target.channel);
  REQUIRE_MESSAGE(made.has_value(), made.error().what);
  adapter = std::move(*made);
  OutboxOptions options;
  options.window = 1000 * day;
  options.http.total_ms = target.reply_ms;
  options.data_dir = target.data_dir;
  options.secret = [this](const std::string&, const std::string& field) -> Result<Secret> {
    const auto found = secrets.find(field);
    if (found != secrets.end()) return Secret(found->second);
    return fail(Fault::not_found, "there is no secret " + field);
  };
  options.keep_secret = [this](const std::string&, const std::string& field,
                               const Secret& value) -> Result<void> {
    secrets[field] = value.reveal();
    return {};
  };
  options.image = [](const Media& media, const ImageLimits&) -> Result<Image> {
    return picture_of(media.file);
  };
  options.crash_point = [this](const char*) {
    if (kill_at >= 0 && crash_points++ == kill_at) ::kill(::getpid(), SIGKILL);
  };
  outbox = std::make_unique<Outbox>(
      *store, http, clock, ids,
      std::map<std::string, Speaker>{{target.channel.name, {target.channel, adapter}}}, options);
}

std::string World::text_of(const std::string& token, int part) {
  return fmt::format("Part {} of {}, see https://example.org/{} & #tea", part, token, token);
}

Result<AnnouncementRow> World::plan(const std::string& token, const Plan& plan) {
  Announcement announcement;
  Draft& draft = announcement.draft;
  draft.slug = "t";
  draft.warning = plan.warning;
  draft.poll = plan.poll;
  for (int i = 0; i < plan.parts; ++i)
    draft.body += (i > 0 ? "---\n" : "") + text_of(token, i) + "\n";
  if (!plan.text.empty()) draft.texts[target.channel.name] = plan.text;
  if (plan.picture) draft.media.push_back({token, picture_of(token).alt, ""});
  Rendition rendition = adapter->render(announcement, target.channel, adapter->limits({}));
  REQUIRE(rendition.parts.size() == std::size_t(plan.parts));
  if (plan.picture) rendition.parts.front().media = {0};
  if (plan.force) rendition.blockers.clear();
  return outbox->plan(draft, "https://example.org/" + token, {rendition}, clock.now(), "kim");
}

Delivery World::finish() {
  for (int quiet = 0, i = 0; quiet < 3 && i < 200; ++i) {
    const auto done = outbox->run_once();
    if (!done) MESSAGE(done.error().what);
    quiet = done && *done == 0 ? quiet + 1 : 0;
    clock.advance(quiet > 0 ? 2 * hour : tick);
  }
  return delivery();
}

Delivery World::delivery() {
  return outbox->deliveries("t")->at(0);
}

// How many of the parts stand there; no part twice.
std::int64_t World::count_held(const std::string& token, int parts) {
  const auto texts = target.held(http);
  std::int64_t there = 0;
  for (int part = 0; part < parts; ++part) {
    const std::string mark = fmt::format("Part {} of {},", part, token);
    const auto held = std::count_if(texts.begin(), texts.end(), [&](const std::string& text) {
      return text.find(mark) != std::string::npos;
    });
    CHECK_MESSAGE(held <= 1, fmt::format("part {} stands there {} times", part, held));
    there += held;
  }
  return there;
}

void World::judge_picture(const std::string& token) {
  const Image sent = picture_of(token);
  int there = 0;
  for (const Picture& picture : target.pictures(http)) {
    if (picture.text.find("Part 0 of " + token + ",") == std::string::npos) continue;
    ++there;
    CHECK(picture.alt == sent.alt);
    if (target.bytes_kept) CHECK(picture.sha256 == to_hex(sha256(sent.bytes)));
  }
  CHECK(there == 1);
}

void World::judge(const std::string& token, const Plan& plan) {
  const Delivery delivery = this->delivery();
  CAPTURE(delivery.reason);
  INFO("it is ", word_of(delivery.state));
  for (const auto& [field, secret] : target.secrets)
    CHECK((delivery.reason + delivery.hint).find(secret) == std::string::npos);
  const bool published = delivery.state == DeliveryState::published;
  if (published) CHECK(delivery.receipts.size() == std::size_t(plan.parts));
  if (!target.held) return;
  const std::int64_t there = count_held(token, plan.parts);
  if (published) {
    CHECK(there == plan.parts);
    if (plan.picture) judge_picture(token);
    return;
  }
  const bool refused = delivery.state == DeliveryState::refused;
  const bool doubtful = delivery.state == DeliveryState::unconfirmed;
  CHECK((refused || doubtful));
  CHECK(!delivery.reason.empty());
  if (refused) CHECK(there == std::int64_t(delivery.receipts.size()));
  if (doubtful) CHECK(!delivery.hint.empty());
  if (refused || doubtful) resolve(token, plan, delivery, there);
}

// Looks at the account, and says what stands there; then everything must end well.
void World::resolve(const std::string& token, const Plan& plan, const Delivery& delivery,
                    std::int64_t there) {
  const bool absent = there == std::int64_t(delivery.receipts.size());
  const auto done =
      outbox->resolve(delivery.id, absent ? "" : "https://example.org/" + token, absent, "kim");
  REQUIRE_MESSAGE(done.has_value(), done.error().what);
  const Delivery after = finish();
  INFO("resolved as ", std::string(absent ? "absent" : "there"), ": ", after.reason);
  REQUIRE(after.state == DeliveryState::published);
  judge(token, plan);
}

std::string control(HttpClient& http, const Target& target, const std::string& path,
                    const QueryPairs& query) {
  return fetch(http, target.proxy + path + (query.empty() ? "" : "?" + build_query(query)));
}

}  // namespace carillon::kit
