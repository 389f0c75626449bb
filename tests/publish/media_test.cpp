#include "publish/media.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "publish/image_header.hpp"
#include "publish/outbox.hpp"
#include "publish/pictures.hpp"
#include "rig/test_db.hpp"

using namespace carillon;
namespace fs = std::filesystem;

namespace {

constexpr Micros start = 1'795'515'723'000'000;

struct Desk {
  rig::TestDatabase database;
  std::unique_ptr<Store> store = database.open();
  ManualClock clock{start};
  MediaStore media{*store, clock, options("media")};

  [[nodiscard]] MediaOptions options(const std::string& cache) const {
    return {database.dir().file(cache), std::string(CARILLON_BINARY_DIR) + "/carillon"};
  }
  void put(const std::string& name, const std::string& bytes) const {
    std::ofstream(database.dir().file(name), std::ios::binary) << bytes;
  }
  [[nodiscard]] fs::path post() const { return database.dir().file("post.md"); }
  Result<std::vector<std::string>> import(Draft& draft, const std::string& text = "",
                                          Keep keep = Keep::yes) {
    return media.import(draft, post(), text, keep);
  }
  // A draft with this picture, imported.
  Draft imported(const std::string& name) {
    Draft draft;
    draft.slug = "tea";
    draft.body = "b";
    draft.media = {{name, "A pot", ""}};
    const auto done = import(draft);
    REQUIRE_MESSAGE(done.has_value(), done.error().what);
    return draft;
  }
  std::string error_of(const std::string& name) {
    const std::string text =
        "---\ntitle: x\nmedia:\n  - file: good.png\n  - file: " + name + "\n    alt: y\n---\nb\n";
    auto draft = parse_post(text, "post.md");
    REQUIRE_MESSAGE(draft.has_value(), draft.error().what);
    const auto done = import(*draft, text);
    REQUIRE_FALSE(done.has_value());
    const std::string where = post().string() + ": line 5: /media/1/file: ";
    CHECK(done.error().what.starts_with(where));
    return done.error().what.substr(std::min(where.size(), done.error().what.size()));
  }
};

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string file_of(const Desk& desk, const HomePicture& picture,
                    const std::string& cache = "media") {
  return desk.database.dir().file(cache) + picture.path.substr(6);
}

}  // namespace

TEST_CASE("a picture is known by its file, kept once, and given within each platform's limits") {
  Desk desk;
  const std::string bytes = made::png(800, 600, made::noise);
  desk.put("pot.png", bytes);
  const Draft draft = desk.imported("pot.png");
  CHECK(draft.media[0].digest == to_hex(sha256(bytes)));
  CHECK(draft.media[0].alt == "A pot");
  const auto whole = desk.media.picture(draft.media[0], {});
  REQUIRE(whole.has_value());
  CHECK(whole->mime == "image/jpeg");
  CHECK(whole->width == 800);
  CHECK(whole->alt == "A pot");
  const auto small =
      desk.media.picture(draft.media[0], {.bytes = 30'000, .pixels = 0, .side = 400});
  REQUIRE(small.has_value());
  CHECK(small->bytes.size() <= 30'000);
  CHECK(small->width <= 400);
  CHECK(small->alt == "A pot");
}

TEST_CASE("what is kept says nothing of place and camera") {
  Desk desk;
  desk.put("plain.png", made::png(60, 40, made::noise));
  const Image plain = *desk.media.picture(desk.imported("plain.png").media[0], {});
  REQUIRE(plain.mime == "image/jpeg");
  desk.put("phone.png", made::with_segments(plain.bytes, made::exif(6, "Kim's", "52.5200N")));
  const Draft draft = desk.imported("phone.png");  // the extension lies, the bytes do not
  const Image out = *desk.media.picture(draft.media[0], {});
  CHECK(check_bare(out.bytes).has_value());
  CHECK(out.bytes.find("52.5200N") == std::string::npos);
  CHECK(out.height == 60);
  if (!desk.database.is_postgres()) {
    for (const auto& entry : fs::directory_iterator(desk.database.dir().path())) {
      if (entry.path().extension() != ".png" && entry.is_regular_file())
        CHECK(read(entry.path()).find("52.5200N") == std::string::npos);
    }
  }
}

TEST_CASE("the same file is the same announcement, another picture a new revision") {
  Desk desk;
  Ids ids{desk.clock};
  HttpClient http{HttpClientOptions{}};
  Outbox box(*desk.store, http, desk.clock, ids, {}, {});
  Rendition rendition;
  rendition.channel = rendition.platform = "a";
  rendition.parts.push_back({"b", 1, 0, {}, {0}});
  const auto revision = [&] {
    const auto row = box.plan(desk.imported("pot.png"), "", {rendition}, desk.clock.now(), "kim");
    REQUIRE(row.has_value());
    return row->revision;
  };
  desk.put("pot.png", made::png(40, 30, made::flat));
  CHECK(revision() == 1);
  CHECK(revision() == 1);
  desk.put("pot.png", made::png(40, 31, made::flat));
  CHECK(revision() == 2);
}

TEST_CASE("a preview looks at a picture and keeps nothing") {
  Desk desk;
  desk.put("pot.png", made::png(40, 30, made::flat));
  Draft draft;
  draft.media = {{"pot.png", "", ""}};
  REQUIRE(desk.import(draft, "", Keep::no).has_value());
  CHECK(draft.media[0].digest.size() == 64);
  const auto missing = desk.media.picture(draft.media[0], {});
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().fault == Fault::not_found);
  const std::string png = made::png(64, 64, made::noise);
  desk.put("pot.png", png.substr(0, png.size() / 2));
  CHECK_FALSE(desk.import(draft, "", Keep::no).has_value());
}

TEST_CASE("a file that cannot be used is named with the line that names it") {
  Desk desk;
  desk.put("good.png", made::png(4, 4, made::flat));
  CHECK(desk.error_of("lab.png") == "there is no file lab.png");
  CHECK(desk.error_of("good.png/x") == "there is no file good.png/x");
  CHECK(desk.error_of("\"\"") == "no file is named");
  fs::create_directory(desk.database.dir().file("folder"));
  CHECK(desk.error_of("folder") == "folder is not a file");
  REQUIRE(::mkfifo(desk.database.dir().file("pipe").c_str(), 0600) == 0);
  CHECK(desk.error_of("pipe") == "pipe is not a file");
  desk.put("notes.png", "<svg xmlns='http://www.w3.org/2000/svg'/>");
  CHECK(desk.error_of("notes.png") == "notes.png: an SVG drawing is not taken");
  desk.put("huge.png", "x");
  fs::resize_file(desk.database.dir().file("huge.png"), limits::media_file_bytes + 1);
  CHECK(desk.error_of("huge.png") == "huge.png is more than 50 MB long");
  const std::string png = made::png(64, 64, made::noise);
  desk.put("cut.png", png.substr(0, png.size() / 2));
  CHECK(desk.error_of("cut.png").starts_with("cut.png: the picture is damaged"));
}

TEST_CASE("whether pictures can be decoded here is known before one is published") {
  Desk desk;
  const auto good = desk.media.check();
  CHECK_MESSAGE(good.has_value(), good.error().what);
  MediaStore without(*desk.store, desk.clock, {desk.database.dir().file("media"), "/nonexistent"});
  CHECK(without.check().error().fault == Fault::unavailable);
}

TEST_CASE("an animation is published as its first frame, and a person is told, each time") {
  Desk desk;
  desk.put("dance.gif", made::gif(3));
  for (int i = 0; i < 2; ++i) {
    Draft draft;
    draft.media = {{"dance.gif", "", ""}};
    const auto notes = desk.import(draft);
    REQUIRE(notes.has_value());
    CHECK(*notes == std::vector<std::string>{"dance.gif moves; its first frame is published"});
  }
}

TEST_CASE("the home's files are a cache: any server makes them again from the database") {
  Desk desk;
  desk.put("pot.png", made::png(1800, 20, made::noise));
  const Media media = desk.imported("pot.png").media[0];
  const auto first = desk.media.at_home(media);
  REQUIRE_MESSAGE(first.has_value(), first.error().what);
  CHECK(first->path == "/media/" + media.digest + "-1600.jpg");
  CHECK(first->width == 1600);
  const std::string bytes = read(file_of(desk, *first));
  CHECK(first->bytes == static_cast<std::int64_t>(bytes.size()));
  CHECK(check_bare(bytes).has_value());
  fs::remove_all(desk.database.dir().file("media"));
  REQUIRE(desk.media.at_home(media).has_value());
  CHECK(read(file_of(desk, *first)) == bytes);
  // Another server, and one that finds the file there.
  MediaStore other(*desk.store, desk.clock, desk.options("elsewhere"));
  REQUIRE(other.at_home(media).has_value());
  CHECK(read(file_of(desk, *first, "elsewhere")) == bytes);
  MediaStore again(*desk.store, desk.clock, {desk.database.dir().file("media"), "/nonexistent"});
  const auto found = again.at_home(media);
  REQUIRE(found.has_value());
  CHECK(found->path == first->path);
  CHECK(found->width == first->width);
  CHECK(found->height == first->height);
  CHECK(found->bytes == first->bytes);
  // Half a file, as a crash may leave it, is no picture.
  std::ofstream(file_of(desk, *first), std::ios::trunc) << "";
  MediaStore repaired(*desk.store, desk.clock, desk.options("media"));
  REQUIRE(repaired.at_home(media).has_value());
  CHECK(read(file_of(desk, *first)) == bytes);
}

TEST_CASE("a picture nobody shows any more is forgotten after a day") {
  Desk desk;
  Ids ids{desk.clock};
  HttpClient http{HttpClientOptions{}};
  Outbox box(*desk.store, http, desk.clock, ids, {}, {});
  Rendition rendition;
  rendition.channel = rendition.platform = "a";
  rendition.parts.push_back({"b", 1, 0, {}, {0}});
  const auto publish = [&](int height) {
    desk.put("pot.png", made::png(40, height, made::flat));
    const Draft draft = desk.imported("pot.png");
    REQUIRE(box.plan(draft, "", {rendition}, desk.clock.now(), "kim").has_value());
    return draft.media[0];
  };
  const Media first = publish(30);
  REQUIRE(desk.media.at_home(first).has_value());
  desk.clock.advance(2 * day);
  const Media second = publish(31);  // in use until this one takes its place
  CHECK(desk.media.picture(first, {}).has_value());
  desk.clock.advance(2 * day);
  const Media third = publish(32);
  CHECK_FALSE(desk.media.picture(first, {}).has_value());
  CHECK_FALSE(fs::exists(desk.database.dir().file("media") + "/" + first.digest + "-1600.png"));
  CHECK(desk.media.picture(second, {}).has_value());
  CHECK(desk.media.picture(third, {}).has_value());
}

TEST_CASE("a picture that somebody else still needs is not forgotten") {
  Desk desk;
  std::string needed;
  MediaOptions options = desk.options("media");
  options.in_use = [&](Db&) -> Result<std::set<std::string>> { return std::set{needed}; };
  MediaStore media(*desk.store, desk.clock, options);
  const auto import = [&](int height) {
    desk.put("pot.png", made::png(40, height, made::flat));
    Draft draft;
    draft.media = {{"pot.png", "A pot", ""}};
    REQUIRE(media.import(draft, desk.post(), "", Keep::yes).has_value());
    return draft.media[0];
  };
  const Media first = import(30);
  needed = first.digest;
  desk.clock.advance(2 * day);
  const Media second = import(31);
  CHECK(media.picture(first, {}).has_value());
  needed = second.digest;
  desk.clock.advance(2 * day);
  static_cast<void>(import(32));
  CHECK_FALSE(media.picture(first, {}).has_value());
  CHECK(media.picture(second, {}).has_value());
}
