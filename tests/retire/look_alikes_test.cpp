#include "retire/look_alikes.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace carillon;

namespace {

bool holds(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Concern concern(NameKind kind, const std::optional<Sighting>& before, const Sighting& now) {
  return meaning_of(kind, before, now).concern;
}

const Sighting gone{NameState::free, "", "asked"};
const Sighting first{NameState::taken, "7", "asked"};
const Sighting second_owner{NameState::taken, "9", "asked"};

}  // namespace

TEST_CASE("look-alikes are names that an eye takes for ours and the platform allows") {
  const auto all = look_alikes("mastodon", "Ringing_Bells", 200);
  for (const char* name : {"ringing_be1ls", "ringing_bel1s", "r1nging_bells", "ringing_bell5",
                           "ringingbells", "ringingbells_official", "ringingbellshq",
                           "ringing_bels", "ringing_bellss", "theringingbells"})
    CHECK_MESSAGE(holds(all, name), name);
  CHECK_FALSE(holds(all, "ringing_bells"));
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == all.size());
  CHECK(holds(look_alikes("github", "arnold", 100), "amold"));
  CHECK(holds(look_alikes("github", "bells", 100), "bells-official"));
  for (const std::string& name : look_alikes("x", "jupyterproject1", 100)) CHECK(name.size() <= 15);
  for (const std::string& name : look_alikes("bluesky", "bells", 100))
    CHECK(name.find('_') == std::string::npos);
  CHECK(look_alikes("x", "bells", 6).size() == 6);
}

TEST_CASE("the owner's number counts, not the name") {
  CHECK(concern(NameKind::own, std::nullopt, first) == Concern::none);
  CHECK(concern(NameKind::own, first, first) == Concern::none);
  CHECK(concern(NameKind::own, first, second_owner) == Concern::alarm);
  CHECK(concern(NameKind::own, first, gone) == Concern::alarm);
  CHECK(meaning_of(NameKind::own, first, second_owner).message.find("9, it was 7") !=
        std::string::npos);
}

TEST_CASE("an earlier name is looked at: free it can be taken, taken it may be a stranger") {
  CHECK(concern(NameKind::former, std::nullopt, gone) == Concern::look);
  CHECK(concern(NameKind::former, gone, first) == Concern::alarm);
  CHECK(concern(NameKind::former, std::nullopt, first) == Concern::look);
  CHECK(concern(NameKind::former, first, first) == Concern::none);
  CHECK(concern(NameKind::former, first, second_owner) == Concern::alarm);
}

TEST_CASE("a look-alike that appears is an alarm, one that was there is a look, once") {
  for (const NameKind kind : {NameKind::named, NameKind::suggested}) {
    CHECK(concern(kind, std::nullopt, gone) == Concern::none);
    CHECK(concern(kind, gone, first) == Concern::alarm);
    CHECK(concern(kind, std::nullopt, first) == Concern::look);
    CHECK(concern(kind, first, first) == Concern::none);
    CHECK(concern(kind, first, second_owner) == Concern::alarm);
    CHECK(concern(kind, first, gone) == Concern::none);
    CHECK(concern(kind, first, {NameState::unknown, "", "asked"}) == Concern::none);
  }
}

TEST_CASE("a person is told where to look and how to report") {
  CHECK(address_of_name("x", "bells", "") == "https://x.com/bells");
  CHECK(address_of_name("mastodon", "bells", "m.example") == "https://m.example/@bells");
  CHECK(address_of_name("linkedin", "bells", "") == "https://linkedin.com/company/bells");
  CHECK(address_of_name("youtube", "bells", "") == "https://youtube.com/@bells");
  for (const char* platform : {"x", "mastodon", "bluesky", "github", "facebook"})
    CHECK(how_to_report(platform).find("eport") != std::string::npos);
}
