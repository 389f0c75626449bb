#include "hub/link_search.hpp"

#include <algorithm>
#include <mutex>

#include "net/url.hpp"
#include "retire/checkout.hpp"

namespace carillon {

namespace {

constexpr std::size_t most_findings = 5000;
constexpr const char* most_pages = "300";
constexpr const char* most_minutes = "1";

// Each holds one of the few threads that answer people.
std::mutex& one_at_a_time() {
  static std::mutex out;
  return out;
}

int rank_of(Action action) {
  return action == Action::delist ? 0 : action == Action::review ? 1 : 2;
}

// What is looked at lies in a folder of ours, or is read as any reader would: whoever may ask for
// it here need not be the owner of this machine.
Actor as_owner(const Actor& actor) {
  Actor out = actor;
  out.local = true;
  return out;
}

void take_over(DelistScanned scanned, LinkSearch& out) {
  out.files = scanned.files;
  out.pages = scanned.pages;
  out.unread = std::move(scanned.unread);
  out.left = std::move(scanned.left);
  out.findings = std::move(scanned.findings);
  std::stable_sort(
      out.findings.begin(), out.findings.end(),
      [](const Reference& a, const Reference& b) { return rank_of(a.action) < rank_of(b.action); });
  if (out.findings.size() <= most_findings) return;
  out.more = static_cast<std::int64_t>(out.findings.size() - most_findings);
  out.findings.resize(most_findings);
}

PatchOffer offer_of(Hub& hub, const Actor& actor, const std::string& channel,
                    const std::string& path) {
  auto patched = delist_patch(hub, as_owner(actor), {.path = path, .channel = channel});
  PatchOffer out;
  if (!patched) {
    out.refused = patched.error().what;
    out.hint = patched.error().hint;
    return out;
  }
  out.decision = std::move(patched->decision);
  out.record = std::move(patched->record);
  out.files = std::move(patched->files);
  out.tasks = std::move(patched->tasks);
  out.beyond = std::move(patched->beyond);
  out.diff = std::move(patched->diff);
  return out;
}

}  // namespace

Result<LinkSearch> link_search(Hub& hub, const Actor& actor, const LinkSearchRequest& request) {
  TRY(const Channel channel, hub.channel(request.channel));
  TRY(const Url url, parse_url(request.address));
  const std::unique_lock alone(one_at_a_time(), std::try_to_lock);
  if (!alone.owns_lock())
    return fail(Fault::conflict, "another search for links is running",
                "Try again in a minute: one runs at a time.");
  LinkSearch out;
  out.channel = channel.name;
  out.address = url.str();
  out.place = request.place;
  DelistScanRequest wanted;
  wanted.channel = {channel.name};
  if (request.place == LinkPlace::web_site) {
    wanted.path = {out.address};
    wanted.pages = most_pages;
    wanted.minutes = most_minutes;
    TRY(auto scanned, delist_scan(hub, as_owner(actor), wanted));
    take_over(std::move(scanned), out);
    return out;
  }
  TRY(const Checkout copy, Checkout::of(request.address));
  wanted.path = {copy.path()};
  TRY(auto scanned, delist_scan(hub, as_owner(actor), wanted));
  take_over(std::move(scanned), out);
  out.patch = offer_of(hub, actor, channel.name, copy.path());
  return out;
}

std::vector<Operation<Hub>> link_search_operations() {
  return {operation<Hub>(
      {.name = "retire links",
       .method = "POST",
       .path = "/retirements/{channel}/links",
       .needs = Permission::admin,
       .summary = "find what still points to a channel, at an address",
       .help = "Copies the repository at the address (its last commit), or reads the web site "
               "there, and says of each reference to the channel's account what is to be done. Of "
               "a repository it also shows the patch that the decision allows. Changes nothing. "
               "It ends after a minute or two, and one runs at a time; for more, "
               "`carillon delist scan` reads whole sites and checkouts of any size.",
       .positional = {"channel", "address"},
       .valued = {{"place", "KIND"}}},
      &link_search)};
}

}  // namespace carillon
