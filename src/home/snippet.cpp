#include "home/snippet.hpp"

#include <fmt/format.h>

#include "base/html.hpp"
#include "text/handle.hpp"

namespace carillon {

namespace {

// As HTML that also stands in templates: no brace opens anything.
std::string html_text(std::string_view text) {
  std::string out;
  std::string escaped;
  append_escaped(escaped, text);
  for (const char c : escaped) {
    if (c == '{')
      out += "&#123;";
    else if (c == '}')
      out += "&#125;";
    else
      out += c;
  }
  return out;
}

// As a string of JSON, which is one of YAML 1.2 and of Python, too.
std::string in_quotes(std::string_view text) {
  return json::serialize(json::string(text));
}

std::vector<const SiteChannel*> shown(const SiteView& view) {
  std::vector<const SiteChannel*> out;
  for (const SiteChannel& each : view.channels) {
    const Channel& channel = each.channel;
    if (channel.listed && channel.use == Use::broadcast && is_safe_url(channel.url))
      out.push_back(&each);
  }
  return out;
}

std::string anchor(const SiteChannel& each) {
  return fmt::format(R"(<a rel="me" href="{}">{}</a>)", html_text(each.channel.url),
                     html_text(each.platform));
}

std::string head_links(const SiteView& view, std::string_view indent) {
  std::string out;
  for (const SiteChannel* each : shown(view))
    out += fmt::format("{}<link rel=\"me\" href=\"{}\">\n", indent, html_text(each->channel.url));
  return out;
}

std::string html_list(const SiteView& view) {
  std::string out = "<ul class=\"official-channels\">\n";
  for (const SiteChannel* each : shown(view)) out += "  <li>" + anchor(*each) + "</li>\n";
  return out + "</ul>\n";
}

json::object entry(const SiteChannel& each) {
  json::object out{{"name", json::string(each.platform)}, {"url", json::string(each.channel.url)}};
  if (const std::string handle = handle_in(each.channel.url); !handle.empty())
    out["handle"] = json::string(handle);
  return out;
}

std::string yaml_list(const SiteView& view, std::string_view indent) {
  std::string out;
  for (const SiteChannel* each : shown(view)) {
    std::string before = "- ";
    for (const auto& pair : entry(*each)) {
      out += fmt::format("{}{}{}: {}\n", indent, before, std::string(pair.key()),
                         json::serialize(pair.value()));
      before = "  ";
    }
  }
  return out;
}

// What Font Awesome calls the platform's mark, by the platform's title.
std::string_view icon_of(std::string_view title) {
  struct Icon {
    std::string_view title;
    std::string_view icon;
  };
  static constexpr Icon known[] = {
      {"Mastodon", "mastodon"}, {"Bluesky", "bluesky"},     {"X", "x-twitter"},
      {"LinkedIn", "linkedin"}, {"Facebook", "facebook"},   {"Threads", "threads"},
      {"YouTube", "youtube"},   {"Instagram", "instagram"}, {"Reddit", "reddit"},
      {"Telegram", "telegram"}, {"GitHub", "github"}};
  for (const Icon& each : known) {
    if (each.title == title) return each.icon;
  }
  return {};
}

std::vector<SnippetPiece> for_mkdocs(const SiteView& view) {
  std::string social = "extra:\n  social:\n";
  for (const SiteChannel* each : shown(view)) {
    const std::string_view icon = icon_of(each->platform);
    social += fmt::format(
        "    - icon: {}\n      link: {}\n      name: {}\n",
        icon.empty() ? "material/link-variant" : fmt::format("fontawesome/brands/{}", icon),
        in_quotes(each->channel.url), in_quotes(each->platform));
  }
  return {{"mkdocs.yml", "Add it; Material for MkDocs shows it in the footer.", social},
          {"overrides/main.html",
           "With `theme: {custom_dir: overrides}`; it proves the accounts with rel=me.",
           "{% extends \"base.html\" %}\n{% block extrahead %}\n" + head_links(view, "  ") +
               "{% endblock %}\n"}};
}

std::vector<SnippetPiece> for_sphinx(const SiteView& view) {
  std::string links = "html_theme_options = {\n    \"icon_links\": [\n";
  std::string context = "html_context = {\n    \"official_channels\": [\n";
  for (const SiteChannel* each : shown(view)) {
    const std::string_view icon = icon_of(each->platform);
    const std::string classes =
        icon.empty() ? "fa-solid fa-link" : fmt::format("fa-brands fa-{}", icon);
    links += fmt::format(
        "        {{\"name\": {}, \"url\": {}, \"icon\": \"{}\",\n"
        "         \"attributes\": {{\"rel\": \"noopener me\"}}}},\n",
        in_quotes(each->platform), in_quotes(each->channel.url), classes);
    context += fmt::format("        {{\"name\": {}, \"url\": {}}},\n", in_quotes(each->platform),
                           in_quotes(each->channel.url));
  }
  return {
      {"conf.py", "For the PyData theme: merge it into html_theme_options.", links + "    ],\n}\n"},
      {"conf.py", "For any other theme, together with the template below.",
       context + "    ],\n}\n"},
      {"_templates/channels.html",
       "Name it in html_sidebars, with `templates_path = [\"_templates\"]`.",
       "<ul class=\"official-channels\">\n"
       "  {% for channel in official_channels %}\n"
       "  <li><a rel=\"me\" href=\"{{ channel.url|e }}\">{{ channel.name|e }}</a></li>\n"
       "  {% endfor %}\n</ul>\n"}};
}

std::vector<SnippetPiece> for_hugo(const SiteView& view) {
  return {{"data/channels.yaml", "The list.", yaml_list(view, "")},
          {"layouts/partials/channels.html",
           "Shows it: {{ partial \"channels.html\" . }} in the footer.",
           "<ul class=\"official-channels\">\n"
           "  {{ range site.Data.channels }}\n"
           "  <li><a rel=\"me\" href=\"{{ .url }}\">{{ .name }}</a></li>\n"
           "  {{ end }}\n</ul>\n"}};
}

std::vector<SnippetPiece> for_jekyll(const SiteView& view) {
  return {{"_data/channels.yml", "The list.", yaml_list(view, "")},
          {"_includes/channels.html", "Shows it: {% include channels.html %} in the footer.",
           "<ul class=\"official-channels\">\n"
           "  {% for channel in site.data.channels %}\n"
           "  <li><a rel=\"me\" href=\"{{ channel.url | escape }}\">"
           "{{ channel.name | escape }}</a></li>\n"
           "  {% endfor %}\n</ul>\n"}};
}

std::vector<SnippetPiece> for_eleventy(const SiteView& view) {
  json::array list;
  for (const SiteChannel* each : shown(view)) list.push_back(entry(*each));
  return {{"_data/channels.json", "The list.", write_pretty(list)},
          {"_includes/channels.njk", "Shows it: {% include \"channels.njk\" %} in the footer.",
           "<ul class=\"official-channels\">\n"
           "  {% for channel in channels %}\n"
           "  <li><a rel=\"me\" href=\"{{ channel.url }}\">{{ channel.name }}</a></li>\n"
           "  {% endfor %}\n</ul>\n"}};
}

std::vector<SnippetPiece> for_json_ld(const SiteView& view) {
  json::array same;
  for (const SiteChannel* each : shown(view)) same.push_back(json::string(each->channel.url));
  const json::object data{{"@context", "https://schema.org"},
                          {"@type", "Organization"},
                          {"name", json::string(view.organisation.name)},
                          {"url", json::string(view.organisation.url)},
                          {"sameAs", same}};
  return {
      {"", "In the <head> of the front page, for search engines.", json_data(data).str() + "\n"}};
}

std::string markdown_list(const SiteView& view) {
  std::string out;
  for (const SiteChannel* each : shown(view)) out += "- " + anchor(*each) + "\n";
  return out;
}

}  // namespace

std::vector<SnippetPiece> snippet_of(const SiteView& view, Generator generator) {
  switch (generator) {
    case Generator::html:
      return {
          {"", "In the footer of every page.", html_list(view)},
          {"", "In the <head> of the front page; it proves the accounts.", head_links(view, "")}};
    case Generator::json_ld:
      return for_json_ld(view);
    case Generator::markdown:
      return {{"", "In a README or a page; rel=me needs the HTML.", markdown_list(view)}};
    case Generator::hugo:
      return for_hugo(view);
    case Generator::jekyll:
      return for_jekyll(view);
    case Generator::eleventy:
      return for_eleventy(view);
    case Generator::mkdocs:
      return for_mkdocs(view);
    case Generator::sphinx:
      return for_sphinx(view);
  }
  return {};
}

}  // namespace carillon
