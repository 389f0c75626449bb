#include "hub/site.hpp"

#include "channel/registry.hpp"

namespace carillon {

Result<StaticReport> build_site(Hub& hub, const std::string& out) {
  TRY(const SiteView view, hub.view());
  return write_static_site(view, out, hub.workspace().data_dir() + "/media");
}

Result<void> check_channel(const std::string& name, const std::vector<std::string>& pairs) {
  Config config;
  for (const std::string& pair : pairs) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos)
      return fail(Fault::invalid, "\"" + pair + "\" is not KEY=VALUE");
    auto value = parse_yaml("v: " + pair.substr(equals + 1));
    config.channels[name][pair.substr(0, equals)] =
        value ? value->value.at("v") : json::value(json::string(pair.substr(equals + 1)));
  }
  TRY(const auto channels, channels_of(config));
  for (const Channel& channel : channels) CHECK_OK(make_adapter(channel));
  return {};
}

}  // namespace carillon
