#include "hub/cards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace carillon {

namespace {

namespace fs = std::filesystem;

Result<Delivery> delivery_of(Hub& hub, const std::string& id) {
  TRY(auto all, hub.outbox().deliveries(""));
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Delivery& delivery) { return delivery.id == id; });
  if (found != all.end()) return std::move(*found);
  return fail(Fault::not_found, fmt::format("there is no delivery {}", id),
              "`carillon status` lists them.");
}

Result<Draft> draft_of(Hub& hub, const std::string& announcement) {
  TRY(auto all, hub.outbox().announcements());
  for (AnnouncementRow& row : all) {
    if (row.id == announcement) return std::move(row.draft);
  }
  return fail(Fault::internal, "a delivery without its announcement");
}

std::string ending_of(const std::string& mime) {
  const std::string kind = mime.substr(mime.find('/') + 1);
  return kind == "jpeg" ? "jpg" : kind;
}

Result<std::string> save(Hub& hub, const Media& media, const ImageLimits& limits,
                         const fs::path& stem) {
  TRY(const Image image, hub.media().picture(media, limits));
  fs::path file = stem;
  file += "." + ending_of(image.mime);
  std::ofstream to(file, std::ios::binary);
  to.write(image.bytes.data(), static_cast<std::streamsize>(image.bytes.size()));
  if (to.flush()) return file.string();
  return fail(Fault::unavailable, fmt::format("{} could not be written", file.string()),
              "Is there room on the disk?");
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
  TRY(const Delivery delivery, delivery_of(hub, request.delivery));
  TRY(const Speaker* speaker, hub.speaker(delivery.channel));
  if (!speaker->adapter->by_hand())
    return fail(Fault::conflict, fmt::format("{} is posted to by the program", delivery.channel),
                "`carillon status` tells how far it is.");
  CHECK_OK(check(request, actor));
  TRY(const Draft draft, draft_of(hub, delivery.announcement));
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
