// The platforms this program speaks and what a channel of each needs, as an operation.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct PlatformListRequest {};
BOOST_DESCRIBE_STRUCT(PlatformListRequest, (), ())

// What a setting holds.
enum class SettingKind { text, number, yes_no, choice };
BOOST_DESCRIBE_ENUM(SettingKind, text, number, yes_no, choice)

struct PlatformSetting {
  std::string name;
  std::string label;  // what people call it
  std::string about;  // what it is for
  SettingKind kind = SettingKind::text;
  std::vector<std::string> choices;
  bool needed = false;
};
BOOST_DESCRIBE_STRUCT(PlatformSetting, (), (name, label, about, kind, choices, needed))

struct PlatformView {
  std::string name;
  std::string title;
  std::string about;
  std::vector<std::string> there;  // what is done on the platform itself, in order
  std::vector<PlatformSetting> settings;
  std::vector<SecretField> secrets;
  std::vector<std::string> channels;  // those of this workspace
};
BOOST_DESCRIBE_STRUCT(PlatformView, (), (name, title, about, there, settings, secrets, channels))

// The settings that a platform's schema describes. Pure.
[[nodiscard]] std::vector<PlatformSetting> settings_in(const json::value& schema);

// By name.
Result<std::vector<PlatformView>> platform_list(Hub& hub, const Actor& actor,
                                                const PlatformListRequest& request);

// The reply for people. Pure.
[[nodiscard]] std::string platforms_in_words(const std::vector<PlatformView>& all);

[[nodiscard]] std::vector<Operation<Hub>> platform_operations();

}  // namespace carillon
