#include "hub/platforms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "channel/registry.hpp"

namespace carillon {

namespace {

std::string text_in(const json::object& from, std::string_view key) {
  const json::value* found = from.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::vector<std::string> words_in(const json::object& from, std::string_view key) {
  std::vector<std::string> out;
  const json::value* found = from.if_contains(key);
  if (found == nullptr || !found->is_array()) return out;
  for (const json::value& word : found->get_array()) {
    if (word.is_string()) out.emplace_back(word.get_string());
  }
  return out;
}

// Settings are named for those who write carillon.yaml. One that is not here is shown by its name.
constexpr std::array<std::array<std::string_view, 2>, 15> labels{{
    {"authorized_fetch", "Posts as objects only for who signs"},
    {"compose", "Where a post is written"},
    {"deduplicates", "Ignores what it has seen"},
    {"handle", "Handle"},
    {"language", "Language"},
    {"length", "Length of one part"},
    {"like", "Counts as"},
    {"loopback_peers", "Servers of this machine may take part"},
    {"numbered", "Number the parts"},
    {"rules", "Counts as"},
    {"server", "Server"},
    {"spoiler", "Content warning"},
    {"target", "Address that receives"},
    {"threads", "Texts too long for one post"},
    {"visibility", "Who sees the posts"},
}};

std::string label_of(std::string_view name) {
  for (const auto& [setting, label] : labels)
    if (setting == name) return std::string(label);
  return std::string(name);
}

SettingKind kind_of(const json::object& schema) {
  if (schema.contains("enum")) return SettingKind::choice;
  const std::string type = text_in(schema, "type");
  if (type == "boolean") return SettingKind::yes_no;
  return type == "integer" || type == "number" ? SettingKind::number : SettingKind::text;
}

}  // namespace

std::vector<PlatformSetting> settings_in(const json::value& schema) {
  std::vector<PlatformSetting> out;
  const json::value* members =
      schema.is_object() ? schema.get_object().if_contains("properties") : nullptr;
  if (members == nullptr || !members->is_object()) return out;
  const auto required = words_in(schema.get_object(), "required");
  for (const auto& member : members->get_object()) {
    if (!member.value().is_object()) continue;
    const json::object& described = member.value().get_object();
    const std::string name(member.key());
    out.push_back({name, label_of(name), text_in(described, "description"), kind_of(described),
                   words_in(described, "enum"),
                   std::find(required.begin(), required.end(), name) != required.end()});
  }
  return out;
}

Result<std::vector<PlatformView>> platform_list(Hub& hub, const Actor&,
                                                const PlatformListRequest&) {
  std::vector<PlatformView> out;
  for (const Platform* platform : all_platforms()) {
    PlatformView view{platform->name,
                      platform->title,
                      platform->about,
                      platform->there,
                      settings_in(platform->settings_schema),
                      platform->secrets,
                      {}};
    for (const Channel& channel : hub.workspace().channels) {
      if (channel.platform == platform->name) view.channels.push_back(channel.name);
    }
    out.push_back(std::move(view));
  }
  return out;
}

std::string platforms_in_words(const std::vector<PlatformView>& all) {
  std::string out;
  for (const PlatformView& platform : all) {
    out += fmt::format("{:<10} {}\n", platform.name, platform.about);
    for (const PlatformSetting& setting : platform.settings)
      out += fmt::format("{:<10} --set {}=…{}: {}\n", "", setting.name,
                         setting.needed ? " (needed)" : "", setting.about);
    for (const SecretField& secret : platform.secrets)
      out += fmt::format("{:<10} secret: {}\n", "", secret.prompt);
  }
  return out;
}

std::vector<Operation<Hub>> platform_operations() {
  return {operation<Hub>({.name = "channel platforms",
                          .method = "GET",
                          .path = "/platforms",
                          .needs = Permission::author,
                          .summary = "the platforms a channel can be on, and what each needs"},
                         &platform_list)};
}

}  // namespace carillon
