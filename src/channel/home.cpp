// The organisation's own home: a delivery to it is published by being settled; the pages are made
// from what is settled.
#include <algorithm>

#include "base/schema.hpp"
#include "channel/exchange.hpp"
#include "channel/registry.hpp"
#include "core/home_settings.hpp"
#include "text/home_image.hpp"

namespace carillon {

namespace {

class Home final : public Adapter {
 public:
  explicit Home(HomeSettings settings) : settings_(std::move(settings)) {}

  [[nodiscard]] Replay replay() const override { return Replay::safe; }

  [[nodiscard]] Limits limits(const json::object&) const override {
    Limits out;
    out.platform = "home";
    out.markup = Markup::markdown;
    out.count = [](std::string_view text) { return static_cast<std::int64_t>(text.size()); };
    out.tags = false;
    out.mentions = false;
    out.answers = true;
    out.warning = true;
    out.image = home_image_limits();
    // Its account in the fediverse is what votes come to.
    if (!settings_.handle.empty())
      out.poll = {.options = limits::poll_options, .length = 0, .beside_pictures = true};
    return out;
  }

  [[nodiscard]] Result<std::vector<Step>> prepare(const Job& job, Access&) const override {
    return std::vector<Step>{{job.delivery, job.announcement.permalink, 0,
                              static_cast<std::int64_t>(job.rendition.parts.size())}};
  }

  [[nodiscard]] Outcome send(const Step& step, std::span<const Receipt>, Access&) const override {
    Published out;
    for (std::int64_t i = 0; i < step.count; ++i)
      out.receipts.push_back({step.key, step.request, {}});
    return out;
  }

  // Nothing leaves the machine, so sending again is looking.
  [[nodiscard]] Finding find(const Step& step, std::span<const Receipt>, Micros,
                             Access& access) const override {
    return std::get<Published>(send(step, {}, access));
  }

  [[nodiscard]] Result<Account> verify(Access&) const override {
    return Account{"", "", "pages, feeds and the channels directory of this workspace", {}};
  }

 private:
  HomeSettings settings_;
};

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// What Mastodon takes for a name (docs.joinmastodon.org/spec/webfinger), in lower case.
Result<void> check_handle(const HomeSettings& settings, const std::string& channel) {
  const std::string_view name =
      std::string_view(settings.handle).substr(0, settings.handle.find('@'));
  const bool plain = std::all_of(name.begin(), name.end(), is_word_char);
  const bool whole = !settings.handle.ends_with('@');
  if (settings.handle.empty() || (plain && whole && !name.empty() && name.size() <= 30)) return {};
  return fail(
      Fault::invalid,
      "channel " + channel + ": the handle \"" + settings.handle + "\" is no name in the fediverse",
      "It has up to 30 letters a to z, digits and \"_\", as \"news\".");
}

const Register home{{.name = "home",
                     .title = "Home",
                     .about = "Pages and feeds of your own, made and served by this program.",
                     .secrets = {},
                     .settings_schema = schema_of<HomeSettings>(),
                     .make = [](const Channel& channel) -> Result<std::unique_ptr<Adapter>> {
                       TRY(auto settings, settings_of<HomeSettings>(channel));
                       CHECK_OK(check_handle(settings, channel.name));
                       return std::make_unique<Home>(std::move(settings));
                     }}};

}  // namespace

}  // namespace carillon
