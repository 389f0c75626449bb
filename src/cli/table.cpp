#include "cli/command.hpp"

namespace carillon {

const std::vector<Command>& commands() {
  static const Flag channel{"channel", "NAME", "only this channel; may be repeated", true};
  static const std::vector<Command> table{
      {"init", {"[DIR]"}, {}, "make a workspace", ""},
      {"channel list", {}, {}, "the channels of this workspace", ""},
      {"channel add",
       {"PLATFORM", "NAME"},
       {{"set", "KEY=VALUE", "a setting of the platform, or use=, listed=, url=", true},
        {"secret-stdin", "", "read the secrets from standard input, a line each", false}},
       "add a channel",
       "Adds a channel to carillon.yaml and asks for its secrets, which are kept sealed and never "
       "stand in an argument or in carillon.yaml."},
      {"channel show",
       {"NAME"},
       {},
       "one channel's settings, and when its secrets were entered",
       ""},
      {"channel check",
       {"[NAME...]"},
       {},
       "ask each channel's server whether the credentials are good",
       ""},
      {"channel set",
       {"NAME", "[KEY=VALUE...]"},
       {{"secret", "", "enter the channel's secrets anew, at a prompt", false},
        {"secret-stdin", "", "read them from standard input, a line each", false}},
       "change a channel: use=, listed=, url= or a setting",
       ""},
      {"preview",
       {"FILE"},
       {channel},
       "what each channel will show, counted",
       "Shows the text each channel would get, how long it is there, and what to mend. Sends "
       "nothing."},
      {"publish",
       {"FILE"},
       {channel,
        {"at", "TIME", "when, such as \"2026-12-01 15:00 Europe/Paris\"", false},
        {"dry-run", "", "show what would be sent, and stop", false}},
       "publish a post file, at most once on each channel",
       "Publishes the post file and waits for the outcome of each channel. The same file again "
       "sends "
       "nothing twice: it goes on where it stopped."},
      {"status", {"[ANNOUNCEMENT]"}, {}, "deliveries, and what needs a person", ""},
      {"resolve",
       {"DELIVERY"},
       {{"url", "URL", "it is there, at this address", false},
        {"absent", "", "it is not there: send it now", false},
        {"cancel", "", "leave it", false}},
       "settle a delivery that only a person can",
       ""},
      {"site build",
       {},
       {{"out", "DIR", "default: site", false}},
       "write the home as static files",
       ""},
      {"serve",
       {},
       {{"listen", "ADDR:PORT", "default: 127.0.0.1:8080", false}},
       "serve the home and send what is due",
       ""},
      {"completion", {"SHELL"}, {}, "the completion script for bash, zsh or fish", ""},
      {"man", {}, {}, "this manual as a man page", ""},
      {"help", {"[COMMAND...]"}, {}, "what the commands do", ""},
  };
  return table;
}

}  // namespace carillon
