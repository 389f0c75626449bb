// Rehearsal: what would be posted is written as a line to data/echo.jsonl, and nothing leaves the
// machine.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/schema.hpp"
#include "channel/registry.hpp"
#include "channel/rules.hpp"

namespace carillon {

namespace {

struct EchoSettings {
  // Whose way of counting and of seeing links and mentions is rehearsed.
  Rules like = Rules::mastodon;
  std::int64_t length = 0;
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"like", rules_note},
      {"length", "How long one part may be; 0: as long as there"},
  }};
};
BOOST_DESCRIBE_STRUCT(EchoSettings, (), (like, length))

struct EchoPicture {
  std::string mime;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t bytes = 0;
  std::string alt;
};
BOOST_DESCRIBE_STRUCT(EchoPicture, (), (mime, width, height, bytes, alt))

struct EchoLine {
  std::string key;
  std::string channel;
  std::string text;
  std::vector<EchoPicture> pictures;
};
BOOST_DESCRIBE_STRUCT(EchoLine, (), (key, channel, text, pictures))

class Echo final : public Adapter {
 public:
  Echo(std::string channel, EchoSettings settings)
      : channel_(std::move(channel)), settings_(settings) {}

  [[nodiscard]] Replay replay() const override { return Replay::look_first; }
  [[nodiscard]] std::string network() const override {
    return settings_.like == Rules::mastodon ? "" : name_of(settings_.like);
  }

  [[nodiscard]] Limits limits(const json::object&) const override {
    Limits out = limits_by(settings_.like);
    // Texts and handles that a person wrote for that platform are rehearsed too.
    if (settings_.like == Rules::mastodon) out.platform = "echo";
    if (settings_.length > 0) out.length = settings_.length;
    return out;
  }

  [[nodiscard]] Result<std::vector<Step>> prepare(const Job& job, Access& access) const override {
    std::vector<Step> out;
    for (const Part& part : job.rendition.parts) {
      const auto first = static_cast<std::int64_t>(out.size());
      const std::string key = job.delivery + "-" + std::to_string(job.announcement.revision) + "-" +
                              std::to_string(first);
      EchoLine line{key, channel_, part.text, {}};
      for (const std::int64_t i : part.media) {
        const Media& media = job.announcement.draft.media.at(static_cast<std::size_t>(i));
        TRY(const Image image, access.image(media, limits({}).image));
        line.pictures.push_back({image.mime, image.width, image.height,
                                 static_cast<std::int64_t>(image.bytes.size()), image.alt});
      }
      out.push_back({key, write_json(line), first, 1});
    }
    return out;
  }

  [[nodiscard]] Outcome send(const Step& step, std::span<const Receipt>,
                             Access& access) const override {
    const std::string path = file(access);
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return Later{path + ": " + std::strerror(errno), 0};
    // A disk that was full may have cut the line before.
    const std::string line = (ends_whole(fd) ? "" : "\n") + step.request + "\n";
    const auto written = ::write(fd, line.data(), line.size());
    const bool safe = ::fsync(fd) == 0;
    ::close(fd);
    if (written != static_cast<ssize_t>(line.size()) || !safe)
      return Unsure{path + " could not be written whole"};
    return Published{{{step.key, "file://" + path + "#" + step.key, {}}}};
  }

  [[nodiscard]] Finding find(const Step& step, std::span<const Receipt>, Micros,
                             Access& access) const override {
    const std::string path = file(access);
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
      if (line == step.request)
        return Published{{{step.key, "file://" + path + "#" + step.key, {}}}};
    }
    return Absent{};
  }

  [[nodiscard]] Result<Account> verify(Access& access) const override {
    return Account{channel_, "", "writes to " + file(access), {}};
  }

 private:
  static bool ends_whole(int fd) {
    const off_t end = ::lseek(fd, 0, SEEK_END);
    char last = '\n';
    return end <= 0 || ::pread(fd, &last, 1, end - 1) != 1 || last == '\n';
  }
  static std::string file(const Access& access) { return access.data_dir + "/echo.jsonl"; }
  std::string channel_;
  EchoSettings settings_;
};

const Register echo{
    Platform{.name = "echo",
             .title = "Rehearsal",
             .about = "For practice: posts become lines in a file, and nothing leaves the machine.",
             .secrets = {},
             .settings_schema = schema_of<EchoSettings>(),
             .make = [](const Channel& channel) -> Result<std::unique_ptr<Adapter>> {
               auto settings = from_json<EchoSettings>(channel.settings);
               if (!settings)
                 return tl::unexpected<Error>(within("channel " + channel.name, settings.error()));
               return std::make_unique<Echo>(channel.name, *settings);
             }}};

}  // namespace

}  // namespace carillon
