// Owns everything of an open workspace and wires it.
#pragma once

#include <functional>
#include <memory>

#include "base/pulse.hpp"
#include "home/site.hpp"
#include "hub/workspace.hpp"
#include "net/client.hpp"
#include "publish/media.hpp"
#include "publish/outbox.hpp"
#include "retire/retirements.hpp"
#include "team/vault.hpp"

namespace carillon {

class Hub {
 public:
  // Opens the store and makes every channel's adapter. Errors: those of both.
  static Result<std::unique_ptr<Hub>> open(Workspace workspace);

  // What each channel would show; `only` empty: those the draft names, else all with use home or
  // broadcast. Errors: not_found for a channel that does not exist, with the nearest name.
  [[nodiscard]] Result<std::vector<Rendition>> render(const Draft& draft,
                                                      const std::vector<std::string>& only) const;

  // The channels a draft goes to: `only`, else those it names, else all with use home or broadcast.
  [[nodiscard]] std::vector<std::string> channels_of(const Draft& draft,
                                                     const std::vector<std::string>& only) const;

  // Plans the draft for `due` and returns its announcement.
  Result<AnnouncementRow> plan(const Draft& draft, const std::vector<std::string>& only, Micros due,
                               const std::string& actor, const Planning& planning);

  // Sends until every delivery of the announcement is settled, waits for its time or needs a
  // person; waits for what another program is sending. `told` hears of each delivery once it
  // stands.
  Result<std::vector<Delivery>> drain(const std::string& announcement,
                                      const std::function<void(const Delivery&)>& told);

  // A channel of the workspace. Errors: not_found with the nearest name.
  [[nodiscard]] Result<Channel> channel(const std::string& name) const;

  // The same with what speaks for it.
  [[nodiscard]] Result<const Speaker*> speaker(const std::string& channel) const;

  // What people call the network of a channel: "X" also where it is posted to by hand. `platform`
  // answers for a channel that is no more.
  [[nodiscard]] std::string network_of(const std::string& channel,
                                       const std::string& platform) const;

  // Asks a channel's server whether the credentials are good, and what it allows (kept for the
  // previews). Errors: not_found for a channel or a secret, and those of the server.
  Result<Account> check(const std::string& channel);

  // What a channel's account shows of itself. Errors: as check; conflict where nobody tells.
  Result<Profile> profile(const std::string& channel);

  // Asks the servers of these channels anew what they allow, where the last answer is older than a
  // day; a server that does not answer leaves what was known. Says what it could not learn.
  std::vector<std::string> refresh_facts(const std::vector<std::string>& channels);

  // The home as it is published now.
  [[nodiscard]] Result<SiteView> view();

  // Adds to the log of what happened who did what.
  Result<void> audit(const std::string& kind, const std::string& actor, const std::string& subject,
                     const json::object& data = {});

  // Waits that long; false when nobody shall wait any more.
  bool pause(Micros time);

  // The pictures: import those of a post file's draft before it is rendered or planned.
  [[nodiscard]] MediaStore& media() { return *media_; }
  [[nodiscard]] HttpClient& http() { return *http_; }
  [[nodiscard]] Outbox& outbox() { return *outbox_; }
  [[nodiscard]] Store& store() { return *store_; }
  [[nodiscard]] Vault& vault() { return *vault_; }
  // How far each channel is that ends.
  [[nodiscard]] Retirements& retirements() { return *retirements_; }
  // Rings when there may be work; stopped when nobody shall wait any more.
  [[nodiscard]] Pulse& pulse() { return pulse_; }
  [[nodiscard]] const Workspace& workspace() const { return workspace_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] Ids& ids() { return *ids_; }
  [[nodiscard]] std::string permalink(const Draft& draft) const;

 private:
  Hub() = default;
  [[nodiscard]] Access access_to(const std::string& channel);
  Result<void> learn(const Speaker& speaker);
  std::vector<SitePicture> pictures_of(const Draft& draft);
  Workspace workspace_;
  SystemClock clock_;
  Pulse pulse_;
  std::unique_ptr<Ids> ids_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Vault> vault_;
  std::unique_ptr<Retirements> retirements_;
  std::unique_ptr<MediaStore> media_;
  std::map<std::string, Speaker> speakers_;
  std::unique_ptr<Outbox> outbox_;
};

}  // namespace carillon
