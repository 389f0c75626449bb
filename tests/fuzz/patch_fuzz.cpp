// Patches of foreign files. What could be read in its format can be read after; a second run
// changes nothing; lines far from any reference stay; a diff takes back what it says.
#include <algorithm>
#include <array>

#include "fuzz.hpp"
#include "retire/patch_diff.hpp"
#include "retire/patch_parts.hpp"
#include "retire/patch_tree.hpp"

using namespace carillon;

namespace {

constexpr std::array<std::string_view, 16> paths{
    "a.json", "a.yml",  "a.toml", "a.html", "a.md",  "a.rst",   "conf.py",   "a.tsx",
    "a.ts",   "a.haml", "a.cfg",  "a.vue",  "a.mdx", "a.jsonc", "a.gemspec", "_layouts/a.html"};

const Scanner& scanner() {
  static const Scanner one({{"x", "acme_org"}, {"gplus", "Acme"}});
  return one;
}

// A unit may have lines of its own around the one that names the account; a definition is used
// anywhere. Everything else must be as it was.
void require_near(std::string_view path, std::string_view text, const Patched& patched) {
  const auto found = scanner().scan_text(path, text);
  for (const std::int64_t line : patched.changed) {
    const bool near = std::any_of(found.begin(), found.end(), [&](const Reference& one) {
      return line >= one.line - 200 && line <= one.line + 200;
    });
    fuzz::require(near, "a line far from any reference stays");
  }
  fuzz::require(patched.changed.empty() == (patched.text == text), "it tells what it changed");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 20'000) return 0;
  const std::string_view path = paths.at(data[0] % paths.size());
  const std::string_view text = fuzz::text_of(data + 2, size - 2);
  PatchOptions options{{Scope::page_furniture, Scope::current_text}, {}, {}};
  if (data[1] % 2 == 1) options.replace_url = "https://m.example/@a";
  if (data[1] % 2 == 1) options.replace_name = "Mastodon";
  const Patched once = patch_text(scanner(), path, text, options);
  if (patch::reads_well(path, text) == true)
    fuzz::require(patch::reads_well(path, once.text) == true, "what could be read can be read");
  const Patched twice = patch_text(scanner(), path, once.text, options);
  fuzz::require(twice.text == once.text, "a second run changes nothing");
  require_near(path, text, once);
  const auto hunks = read_diff(unified_diff("a b/\"c", text, once.text));
  fuzz::require(hunks.has_value(), "a diff can be read");
  if (once.text != text) {
    const auto back = undone(once.text, hunks->at("a b/\"c"));
    fuzz::require(back.has_value() && *back == text, "undoing brings every byte back");
  }
  if (const auto foreign = read_diff(text); !foreign) fuzz::require_sound(foreign.error());
  TranslatedPaths translated;
  translated.learn(text.substr(0, 400));
  static_cast<void>(translated.hold("content/pt/a.md"));
  return 0;
}
