#include "hub/short_posts.hpp"

#include "core/post_text.hpp"

namespace carillon {

namespace {

constexpr std::size_t slug_bytes = 40;  // of the words in it

// What was put on the desk and cannot go out as it is, is for its person to say anew.
Error taken_back(Hub& hub, const Actor& actor, const std::string& draft, Error error) {
  const auto removed = ask_row<DraftRemoved>(hub, "draft remove", actor, DraftShowRequest{draft});
  if (!removed) error.hint += " The text is still on the desk.";
  return error;
}

}  // namespace

Result<std::string> home_channel(const Hub& hub) {
  for (const Channel& channel : hub.workspace().channels) {
    if (channel.use == Use::home && channel.platform == "home") return channel.name;
  }
  return fail(Fault::conflict, "there is no home", "It is a channel with use: home.");
}

std::string short_slug(Hub& hub, std::string_view text) {
  // People read the address; the last letters make it another one for each post.
  const std::string words = slug_of(text);
  const std::string own = hub.ids().next().substr(6);
  const std::string beginning =
      words.substr(0, words.size() <= slug_bytes ? words.size() : words.rfind('-', slug_bytes));
  return beginning.empty() || beginning.size() > slug_bytes ? own : beginning + "-" + own;
}

Result<ShortPosted> post_short(Hub& hub, const Actor& actor, const Draft& draft) {
  TRY(const auto shown,
      ask_row<std::vector<Shown>>(hub, "preview", actor, PreviewRequest{.text = post_text(draft)}));
  for (const Shown& one : shown) {
    if (one.blocked)
      return fail(Fault::invalid, one.warnings.empty() ? "it cannot go out" : one.warnings.front());
  }
  TRY(auto saved,
      ask_row<DraftView>(hub, "draft save", actor, DraftSaveRequest{.text = post_text(draft)}));
  if (saved.cleared && actor.holds >= Permission::editor) {
    const auto sent = ask_row<std::vector<DeliveryView>>(
        hub, "draft publish", actor,
        DraftPublishRequest{.id = saved.id, .revision = saved.revision});
    if (!sent) return tl::unexpected(taken_back(hub, actor, saved.id, sent.error()));
    return ShortPosted{false, std::move(saved)};
  }
  TRY(auto asked,
      ask_row<DraftView>(hub, "draft ask", actor, DraftAskRequest{saved.id, saved.revision}));
  return ShortPosted{true, std::move(asked)};
}

}  // namespace carillon
