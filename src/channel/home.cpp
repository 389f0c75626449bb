// The organisation's own home: a delivery to it is published by being settled; the pages are made
// from what is settled.
#include "base/schema.hpp"
#include "channel/registry.hpp"
#include "text/home_image.hpp"

namespace carillon {

namespace {

class Home final : public Adapter {
 public:
  [[nodiscard]] Replay replay() const override { return Replay::safe; }

  [[nodiscard]] Limits limits(const json::object&) const override {
    Limits out;
    out.platform = "home";
    out.markup = Markup::markdown;
    out.count = [](std::string_view text) { return static_cast<std::int64_t>(text.size()); };
    out.tags = false;
    out.mentions = false;
    out.image = home_image_limits();
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
};

const Register home{
    Platform{.name = "home",
             .title = "Home",
             .about = "Pages and feeds of your own, made and served by this program.",
             .secrets = {},
             .settings_schema = json::object{},
             .make = [](const Channel& channel) -> Result<std::unique_ptr<Adapter>> {
               if (channel.settings.empty()) return std::make_unique<Home>();
               return fail(Fault::invalid,
                           "channel " + channel.name + ": the home has no settings of its own",
                           "Its address is organisation.url.");
             }}};

}  // namespace

}  // namespace carillon
