// The card of a delivery that a person posts by hand, as an operation.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct CardRequest {
  static constexpr std::array<std::string_view, 1> required{"delivery"};
  std::string delivery;
  std::string out = {};
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"delivery", "the delivery's id"},
      {"out", "write the pictures into this folder, ready to upload"},
  }};
};
BOOST_DESCRIBE_STRUCT(CardRequest, (), (delivery, out))

struct CardPicture {
  std::string file;  // as the announcement names it; with `out` where it was written
  std::string alt;
};
BOOST_DESCRIBE_STRUCT(CardPicture, (), (file, alt))

struct CardPart {
  std::string text;
  std::int64_t length = 0;
  std::int64_t limit = 0;
  std::vector<CardPicture> pictures;
};
BOOST_DESCRIBE_STRUCT(CardPart, (), (text, length, limit, pictures))

struct Card {
  std::string delivery;
  std::string channel;
  DeliveryState state = DeliveryState::manual;
  std::string account;  // its public address
  std::string compose;  // where the post is written
  std::string url;      // where it stands, once a person said so
  std::vector<CardPart> parts;
};
BOOST_DESCRIBE_STRUCT(Card, (), (delivery, channel, state, account, compose, url, parts))

// What a person posts, exactly. Errors: not_found; conflict for a channel that we post on; denied
// for `out` from elsewhere; those of the pictures.
Result<Card> card(Hub& hub, const Actor& actor, const CardRequest& request);

[[nodiscard]] std::vector<Operation<Hub>> card_operations();

}  // namespace carillon
