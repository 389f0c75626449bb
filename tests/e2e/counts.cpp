// counts < TEXTS: how long each text of a JSON list is by every platform's rules, as a JSON list of
// objects. The counters of the web interface are compared with it.
#include <cstdio>
#include <string>

#include "base/describe.hpp"
#include "channel/rules.hpp"

using namespace carillon;

int main() {
  std::string in;
  for (int c = std::getchar(); c != EOF; c = std::getchar()) in += static_cast<char>(c);
  const auto texts = parse_json(in);
  if (!texts || !texts->is_array()) {
    std::fprintf(stderr, "counts: not a JSON list of texts\n");
    return 1;
  }
  json::array out;
  for (const json::value& text : texts->get_array()) {
    json::object counts;
    for (const Rules rules : {Rules::mastodon, Rules::x, Rules::bluesky, Rules::threads,
                              Rules::linkedin, Rules::facebook})
      counts[word_of(rules)] = limits_by(rules).count(std::string(text.get_string()));
    out.push_back(counts);
  }
  std::puts(json::serialize(out).c_str());
  return 0;
}
