#include "hub/cards.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "hub/workspace.hpp"

namespace carillon {

namespace {

namespace fs = std::filesystem;

std::string ending_of(const std::string& mime) {
  const std::string kind = mime.substr(mime.find('/') + 1);
  return kind == "jpeg" ? "jpg" : kind;
}

Result<std::string> save(Hub& hub, const Media& media, const ImageLimits& limits,
                         const fs::path& stem) {
  TRY(const Image image, hub.media().picture(media, limits));
  fs::path file = stem;
  file += "." + ending_of(image.mime);
  CHECK_OK(replace_file(file, image.bytes));
  return file.string();
}

Result<void> check(const CardRequest& request, const Actor& actor) {
  if (request.out.empty()) return {};
  if (!actor.local)
    return fail(Fault::denied, "a folder can be named only on the machine itself",
                "Leave \"out\" away.");
  std::error_code error;
  fs::create_directories(request.out, error);
  if (error)
    return fail(Fault::unavailable, fmt::format("{}: {}", request.out, error.message()),
                "Name a folder that can be written.");
  return {};
}

}  // namespace

Result<Card> card(Hub& hub, const Actor& actor, const CardRequest& request) {
  TRY(const Delivery delivery, hub.outbox().delivery(request.delivery));
  TRY(const Speaker* speaker, hub.speaker(delivery.channel));
  if (!speaker->adapter->by_hand())
    return fail(Fault::conflict, fmt::format("{} is posted to by the program", delivery.channel),
                "`carillon status` tells how far it is.");
  CHECK_OK(check(request, actor));
  TRY(const AnnouncementRow row, hub.outbox().announcement(delivery.announcement));
  const Draft& draft = row.draft;
  Card out{.delivery = delivery.id,
           .channel = delivery.channel,
           .state = delivery.state,
           .account = speaker->channel.url,
           .compose = speaker->adapter->compose(),
           .url = delivery.receipts.empty() ? "" : delivery.receipts.front().url,
           .parts = {}};
  const ImageLimits limits = speaker->adapter->limits({}).image;
  int number = 0;
  for (const Part& part : delivery.rendition.parts) {
    CardPart shown{part.text, part.length, part.limit, {}};
    for (const std::int64_t i : part.media) {
      const Media& media = draft.media.at(static_cast<std::size_t>(i));
      CardPicture picture{media.file, media.alt};
      if (!request.out.empty()) {
        const fs::path stem = fs::path(request.out) / fmt::format("{}-{}", draft.slug, ++number);
        TRY(picture.file, save(hub, media, limits, stem));
      }
      shown.pictures.push_back(std::move(picture));
    }
    out.parts.push_back(std::move(shown));
  }
  return out;
}

std::vector<Operation<Hub>> card_operations() {
  return {operation<Hub>({.name = "card",
                          .method = "GET",
                          .path = "/deliveries/{delivery}/card",
                          .needs = Permission::author,
                          .summary = "what a person posts by hand, exactly",
                          .help = "For a delivery in state `manual`: where to post, each part's "
                                  "exact text, and the pictures with their alt text. When it is "
                                  "posted, tell `carillon resolve DELIVERY --url ADDRESS`.",
                          .positional = {"delivery"},
                          .local = {"out"},
                          .valued = {{"out", "DIR"}}},
                         &card)};
}

}  // namespace carillon
