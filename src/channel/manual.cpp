// An account that a person posts to by hand, because its platform has no interface, or none that we
// may or want to use. The text is counted by that platform's rules; nothing is ever sent from here.
#include "channel/exchange.hpp"
#include "channel/registry.hpp"
#include "channel/rules.hpp"

namespace carillon {
namespace {

struct ManualSettings {
  static constexpr std::array<std::string_view, 1> required{"rules"};
  Rules rules = Rules::x;
  std::int64_t length = 0;
  Threads threads = Threads::manual;
  std::string compose;
  static constexpr std::array<std::array<std::string_view, 2>, 4> notes{{
      {"rules", rules_note},
      {"length", "How long one part may be; 0: as long as there"},
      {"threads", "When a text too long for one post becomes several: never, manual or split"},
      {"compose", "The address where a new post is written; default: the platform's"},
  }};
};
BOOST_DESCRIBE_STRUCT(ManualSettings, (), (rules, length, threads, compose))

class Manual final : public Adapter {
 public:
  Manual(ManualSettings settings, const Channel& channel)
      : settings_(std::move(settings)), account_(channel.url) {
    compose_ = settings_.compose.empty() ? compose_address(settings_.rules) : settings_.compose;
    if (compose_.empty()) compose_ = account_;
  }

  [[nodiscard]] bool by_hand() const override { return true; }
  [[nodiscard]] std::string network() const override { return name_of(settings_.rules); }
  [[nodiscard]] std::string compose() const override { return compose_; }
  [[nodiscard]] Replay replay() const override { return Replay::ask; }
  [[nodiscard]] bool can_find() const override { return false; }

  [[nodiscard]] Limits limits(const json::object&) const override {
    Limits out = limits_by(settings_.rules);
    if (settings_.length > 0) out.length = settings_.length;
    out.threads = settings_.threads;
    return out;
  }

  [[nodiscard]] Result<std::vector<Step>> prepare(const Job&, Access&) const override {
    return fail(Fault::invalid, by_person);
  }
  [[nodiscard]] Outcome send(const Step&, std::span<const Receipt>, Access&) const override {
    return Refused{by_person, {}};
  }

  [[nodiscard]] Result<Account> verify(Access&) const override {
    Account out{.handle = {}, .url = account_, .detail = {}, .warnings = {}};
    out.detail = "posted to by hand, counted like " + word_of(settings_.rules);
    if (account_.empty()) out.warnings.emplace_back("its address is not known: set url=https://…");
    return out;
  }

 private:
  static constexpr const char* by_person = "a person posts on this channel";
  ManualSettings settings_;
  std::string account_;
  std::string compose_;
};

const Register manual{
    Platform{.name = "manual",
             .title = "By hand",
             .about = "An account that a person posts to, with a card of the exact text, because "
                      "its platform has no interface that we may use (X, LinkedIn, …).",
             .there = {"Somebody posts by hand: agree on who looks at Today."},
             .secrets = {},
             .settings_schema = schema_of<ManualSettings>(),
             .make = [](const Channel& channel) -> Result<std::unique_ptr<Adapter>> {
               TRY(ManualSettings settings, settings_of<ManualSettings>(channel));
               return std::make_unique<Manual>(std::move(settings), channel);
             }}};

}  // namespace
}  // namespace carillon
