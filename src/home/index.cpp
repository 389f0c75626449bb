#include "home/index.hpp"

#include <algorithm>
#include <set>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "home/body.hpp"
#include "home/words.hpp"
#include "text/markdown.hpp"

namespace carillon {

namespace {

constexpr std::size_t title_length = 90;
constexpr std::size_t excerpt_length = 320;
constexpr std::size_t description_length = 200;
constexpr std::size_t segment_bytes = 80;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void split_url(SiteIndex& index) {
  std::string url = index.view.organisation.url;
  while (url.ends_with('/')) url.pop_back();
  const auto host = url.find("://");
  const auto slash = host == std::string::npos ? std::string::npos : url.find('/', host + 3);
  index.origin = url.substr(0, slash);
  index.prefix = slash == std::string::npos ? "" : url.substr(slash);
}

std::string first_line(std::string_view plain) {
  const std::string_view text = trim(plain);
  return shorten(text.substr(0, text.find('\n')), title_length);
}

// A slug becomes a folder, so only what slug_of leaves alone is used as one.
std::string safe_slug(const Announcement& announcement) {
  const std::string& slug = announcement.draft.slug;
  if (!slug.empty() && slug_of(slug) == slug) return slug;
  const std::string id = slug_of(announcement.id);
  return id.empty() ? "post" : id;
}

IndexedPost indexed(const SiteIndex& index, SitePost post) {
  IndexedPost out;
  Draft& draft = post.announcement.draft;
  if (post.text.empty()) post.text = draft.body;
  PostWords said = words_of_post(draft, post.text);
  out.slug = safe_slug(post.announcement);
  out.path = post_path(out.slug);
  out.language = draft.language.empty() ? index.view.organisation.language : draft.language;
  if (out.language.empty()) out.language = "en";
  out.titled = said.titled;
  out.title = said.title.empty() ? words::long_date(post.published) : std::move(said.title);
  out.excerpt = std::move(said.excerpt);
  out.shortened = out.excerpt != shorten(said.plain, said.plain.size());
  out.id =
      post.announcement.permalink.empty() ? index.absolute(out.path) : post.announcement.permalink;
  out.year = words::year_of(post.published);
  post.updated = std::max(post.updated, post.published);
  out.post = std::move(post);
  return out;
}

// Two announcements must not share an address: the later one gets its id added.
void make_slugs_unique(std::vector<IndexedPost>& posts, std::set<std::string>& taken) {
  for (auto post = posts.rbegin(); post != posts.rend(); ++post) {
    if (!taken.insert(post->slug).second) {
      post->slug += "-" + post->post.announcement.id;
      post->path = post_path(post->slug);
      taken.insert(post->slug);
    }
  }
}

void add_tags(SiteIndex& index, const IndexedPost& post) {
  std::set<std::string> seen;
  for (const std::string& tag : post.post.announcement.draft.tags) {
    const std::string segment = tag_segment(tag);
    if (segment.empty() || !seen.insert(segment).second) continue;
    TagPage& page = index.by_tag[segment];
    if (page.tag.empty()) page.tag = tag;
    page.posts.push_back(&post);
  }
}

// An answer to a reply to an answer stands where that one stands.
std::string first_post(const SiteIndex& index, const IndexedPost& answer) {
  std::string out = answer.post.answers.post;
  for (std::size_t i = 0; i < index.answers.size(); ++i) {
    const auto above = std::find_if(index.answers.begin(), index.answers.end(),
                                    [&](const IndexedPost& one) { return one.id == out; });
    if (above == index.answers.end()) break;
    out = above->post.answers.post;
  }
  return out;
}

void add_answers(SiteIndex& index) {
  for (auto answer = index.answers.rbegin(); answer != index.answers.rend(); ++answer) {
    index.by_slug[answer->slug] = &*answer;
    index.answers_below[first_post(index, *answer)].push_back(&*answer);
  }
}

}  // namespace

const std::vector<const IndexedPost*>& answers_below(const SiteIndex& index,
                                                     const IndexedPost& post) {
  static const std::vector<const IndexedPost*> none;
  const auto found = index.answers_below.find(post.id);
  return found == index.answers_below.end() ? none : found->second;
}

PostWords words_of_post(const Draft& draft, const std::string& text) {
  PostWords out;
  out.plain = markdown_to_plain(join_parts(text));
  out.titled = !trim(draft.title).empty();
  // What stands behind a warning is not told before it.
  const bool warns = !draft.warning.empty();
  out.title = out.titled ? shorten(draft.title, 300)
              : warns    ? shorten(draft.warning, title_length)
                         : first_line(out.plain);
  out.excerpt = warns                   ? draft.warning
                : draft.summary.empty() ? shorten(out.plain, excerpt_length)
                                        : shorten(draft.summary, 600);
  return out;
}

std::string page_description(const std::string& excerpt) {
  return shorten(excerpt, description_length);
}

PagePreview page_preview(const Draft& draft) {
  const PostWords words = words_of_post(draft, draft.body);
  return {words.title, page_description(words.excerpt)};
}

std::string encode_path(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (is_unreserved(c) || c == '/') {
      out += c;
      continue;
    }
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

std::optional<std::string> decode_path(std::string_view path) {
  std::string out;
  for (std::size_t at = 0; at < path.size(); ++at) {
    if (path[at] != '%') {
      out += path[at];
      continue;
    }
    const auto byte = from_hex(path.substr(at + 1, std::min<std::size_t>(2, path.size() - at - 1)));
    if (!byte || byte->size() != 1 || byte->front() == '\0') return std::nullopt;
    out += *byte;
    at += 2;
  }
  return out;
}

std::string post_path(std::string_view slug) {
  return "/posts/" + std::string(slug) + "/";
}

std::string file_of(std::string_view path) {
  std::string out(path.substr(path.starts_with('/') ? 1 : 0));
  if (out.empty() || out.ends_with('/')) out += "index.html";
  return out;
}

std::string tag_segment(std::string_view tag) {
  const std::string lower = lower_ascii(trim(tag));
  if (lower.empty()) return {};
  std::string out;
  bool lost = false;
  for (const char c : lower) {
    if (is_plain(c)) {
      out += c;
    } else {
      lost = lost || c != ' ';
      if (!out.empty() && out.back() != '-') out += '-';
    }
  }
  while (out.ends_with('-')) out.pop_back();
  if (out.size() > segment_bytes) {
    std::size_t cut = segment_bytes;
    while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0U) == 0x80U) --cut;
    out.resize(cut);
    lost = true;
  }
  if (!lost) return out;
  return out + (out.empty() ? "" : "-") + to_hex(sha256(lower)).substr(0, 6);
}

std::string SiteIndex::local(std::string_view path) const {
  return prefix + encode_path(path);
}

std::string SiteIndex::absolute(std::string_view path) const {
  return origin + local(path);
}

std::vector<const IndexedPost*> newest(const SiteIndex& index, std::size_t count) {
  std::vector<const IndexedPost*> out;
  for (std::size_t i = 0; i < std::min(count, index.posts.size()); ++i)
    out.push_back(&index.posts[i]);
  return out;
}

std::unique_ptr<const SiteIndex> index_of(SiteView view) {
  auto index = std::make_unique<SiteIndex>();
  index->view = std::move(view);
  split_url(*index);
  auto posts = std::move(index->view.posts);
  index->view.posts.clear();
  std::sort(posts.begin(), posts.end(), [](const SitePost& a, const SitePost& b) {
    return std::pair(b.published, std::string_view(b.announcement.id)) <
           std::pair(a.published, std::string_view(a.announcement.id));
  });
  for (SitePost& post : posts) {
    auto& kind = post.announcement.draft.answers.empty() ? index->posts : index->answers;
    kind.push_back(indexed(*index, std::move(post)));
  }
  std::set<std::string> taken;
  make_slugs_unique(index->posts, taken);
  make_slugs_unique(index->answers, taken);
  add_answers(*index);
  for (const IndexedPost& post : index->posts) {
    index->by_slug[post.slug] = &post;
    index->by_year[post.year].push_back(&post);
    index->modified = std::max(index->modified, post.post.updated);
    add_tags(*index, post);
  }
  std::sort(index->view.channels.begin(), index->view.channels.end(),
            [](const SiteChannel& a, const SiteChannel& b) {
              return std::pair(a.channel.use, std::string_view(a.channel.name)) <
                     std::pair(b.channel.use, std::string_view(b.channel.name));
            });
  return index;
}

}  // namespace carillon
