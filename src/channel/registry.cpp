#include "channel/registry.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace carillon {

namespace {

std::vector<Platform>& platforms() {
  static std::vector<Platform> all;
  return all;
}

}  // namespace

Register::Register(Platform platform) {
  platforms().push_back(std::move(platform));
}

const Platform* find_platform(std::string_view name) {
  for (const Platform& platform : platforms()) {
    if (platform.name == name) return &platform;
  }
  return nullptr;
}

std::vector<const Platform*> all_platforms() {
  std::vector<const Platform*> out;
  for (const Platform& platform : platforms()) out.push_back(&platform);
  std::sort(out.begin(), out.end(), [](auto* a, auto* b) { return a->name < b->name; });
  return out;
}

Result<std::unique_ptr<Adapter>> make_adapter(const Channel& channel) {
  const Platform* platform = find_platform(channel.platform);
  if (platform != nullptr) return platform->make(channel);
  std::vector<std::string> names;
  for (const Platform* known : all_platforms()) names.push_back(known->name);
  const auto near = nearest(channel.platform, names);
  return fail(
      Fault::not_found,
      fmt::format("channel {}: there is no platform \"{}\"", channel.name, channel.platform),
      near ? fmt::format("Did you mean \"{}\"?", *near)
           : fmt::format("Known platforms: {}.", fmt::join(names, ", ")));
}

}  // namespace carillon
