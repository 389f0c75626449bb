// A site with one of everything, for the tests of the home and for looking at it.
#pragma once

#include <string>

#include "home/site.hpp"

namespace carillon::sample {

inline constexpr Micros first_day = 1'790'000'000 * second;  // 2026-09-21T14:13:20Z

inline SitePost post(std::string id, std::string slug, Micros published) {
  SitePost out;
  out.announcement.id = std::move(id);
  out.announcement.permalink = "https://news.example.org/posts/" + slug + "/";
  out.announcement.draft.slug = std::move(slug);
  out.published = published;
  out.updated = published;
  return out;
}

inline SiteChannel channel(std::string name, std::string platform, std::string title, Use use,
                           std::string url) {
  SiteChannel out;
  out.channel.name = std::move(name);
  out.channel.platform = std::move(platform);
  out.channel.use = use;
  out.channel.url = std::move(url);
  out.platform = std::move(title);
  return out;
}

inline SitePost release_post() {
  SitePost out = post("3mrelease00002", "lumen-4-1", first_day + 40 * day);
  Draft& draft = out.announcement.draft;
  draft.title = "Lumen 4.1 is out, with a notebook that reads itself aloud";
  draft.kind = Kind::release;
  draft.link = "https://docs.example.org/releases/4.1";
  draft.tags = {"lumen", "release notes", "accessibility"};
  draft.body =
      "Lumen 4.1 is here. Every cell can now be **read aloud**, the editor opens twice as fast, "
      "and the old plug-in format still works.\n\nInstall it with `pip install lumen`, or read "
      "what changed first.\n";
  out.pictures = {{"/media/lumen-1200.png", "image/png",
                   "The new reading bar above a notebook cell, with play, pause and a speed menu",
                   1200, 630, 18'204}};
  out.copies = {{"mastodon", "Mastodon", "https://fosstodon.example/@lumen/1135"},
                {"bluesky", "Bluesky", "https://bsky.app/profile/lumen.example.org/post/3k2a"}};
  return out;
}

inline SitePost long_post() {
  SitePost out = post("3mlong0000002", "how-we-moved-the-forum", first_day + 35 * day);
  Draft& draft = out.announcement.draft;
  draft.title = "How we moved the forum without losing a single reply";
  draft.summary =
      "Eleven years of answers now live on our own server. Here is what we did, what it cost and "
      "what we would do differently.";
  draft.kind = Kind::blog;
  draft.tags = {"infrastructure", "C++"};
  draft.body = R"(The old forum had **41,302 topics** and no export. We wrote one.

## What we measured

| Step | Topics | Time | Errors |
|:-----|-------:|:----:|-------:|
| Read | 41,302 | 3 h 10 min | 12 |
| Convert | 41,302 | 22 min | 0 |
| Import | 41,290 | 5 h 41 min | 3 |

The twelve that failed were *private* messages, which we had promised not to touch.

### The script

It is short enough to read. It stops at the first surprise, because a forum with holes is worse
than an old forum:

```python
for topic in old.topics(after=last_seen):
    # An id that we have seen proves that the topic arrived; not even a 200 does.
    if new.find(external_id=topic.id):
        continue
    new.create(topic.title, topic.posts, created_at=topic.created_at, external_id=topic.id)
```

> Nobody noticed the move. That was the plan.

What is left to do:

- [x] redirect the old addresses
- [x] tell the search engines
- [ ] move the pictures that people uploaded before 2017[^1]

1. Read the [plan](/posts/lumen-4-1/).
2. Write to us when a link is broken.

![A diagram on another host](https://img.example.net/plan.png)

[^1]: They live in a format that only one program reads.
)";
  out.copies = {{"forum", "Discourse", "https://forum.example.org/t/991"}};
  out.updated = out.published + 3 * day;
  return out;
}

inline SitePost arabic_post() {
  SitePost out = post("3marabic000002", "sana-jadida", first_day + 30 * day);
  Draft& draft = out.announcement.draft;
  draft.title = "ورشة عمل مجانية عن البرمجيات الحرة في القاهرة";
  draft.kind = Kind::event;
  draft.language = "ar";
  draft.tags = {"القاهرة", "lumen"};
  draft.link = "https://events.example.org/cairo";
  draft.body =
      "يسعدنا أن ندعوكم إلى ورشة عمل مجانية عن **Lumen 4.1** يوم السبت القادم في القاهرة. "
      "الدعوة عامة ولا حاجة إلى خبرة سابقة.\n\n- الساعة العاشرة صباحًا\n- أحضروا حواسيبكم معكم\n";
  return out;
}

inline SitePost japanese_post() {
  SitePost out = post("3mjapan0000002", "docs-sprint-ja", first_day + 21 * day);
  Draft& draft = out.announcement.draft;
  draft.title = "ドキュメント翻訳スプリントを開催します";
  draft.language = "ja";
  draft.tags = {"翻訳"};
  draft.body =
      "11月28日（土）に、**ドキュメントの日本語訳**を進めるオンラインスプリントを開催します。"
      "初めての方も大歓迎です。参加には`git`の基本的な知識があると安心ですが、"
      "当日その場でお手伝いもします。\n\n集合は午前10時、終了は午後5時の予定です。\n";
  return out;
}

inline SitePost thread_post() {
  SitePost out = post("3mthread000002", "election", first_day + 12 * day);
  Draft& draft = out.announcement.draft;
  draft.title = "The council election is open";
  draft.body =
      "Five people stand for three seats. Voting ends on 14 October.\n---\nEveryone who merged a "
      "change in the last two years has a vote; your invitation came by mail.\n---\nNo mail? "
      "Write to elections@example.org.\n";
  out.pictures = {{"/media/a-800.png", "image/png", "Ana, who stands for the council", 800, 800, 1},
                  {"/media/b-800.png", "image/png", "Bo, who stands for the council", 800, 800, 1}};
  return out;
}

inline SiteView view() {
  SiteView out;
  out.organisation.name = "The Lumen Project";
  out.organisation.url = "https://news.example.org";
  out.organisation.description =
      "Notebooks that everybody can read, made in the open by 240 volunteers.";
  out.channels = {
      channel("home", "home", "Home", Use::home, ""),
      channel("mastodon", "mastodon", "Mastodon", Use::broadcast,
              "https://fosstodon.example/@lumen"),
      channel("bluesky", "bluesky", "Bluesky", Use::broadcast,
              "https://bsky.app/profile/lumen.example.org"),
      channel("forum", "discourse", "Discourse", Use::broadcast, "https://forum.example.org"),
      channel("x", "x", "X", Use::inactive, "https://x.com/lumen_project"),
      channel("threads", "threads", "Threads", Use::reserved,
              "https://www.threads.net/@lumenproject"),
      channel("facebook", "facebook", "Facebook", Use::closed,
              "https://www.facebook.com/lumenproject"),
      channel("secret", "echo", "Echo", Use::broadcast, "https://hidden.example.org")};
  out.channels.back().channel.listed = false;
  SitePost note = post("3mnote00000002", "3mnote00000002", first_day + 38 * day);
  note.announcement.draft.body =
      "The download server is slow this morning; a disk is being replaced. Mirrors are fine: "
      "https://mirrors.example.org\n";
  SitePost advisory = post("3msecure000002", "advisory-2026-3", first_day + 25 * day);
  advisory.announcement.draft.title = "Security: update Lumen to 4.0.7 <today>";
  advisory.announcement.draft.kind = Kind::security;
  advisory.announcement.draft.tags = {"c#"};
  advisory.announcement.draft.body =
      "A crafted notebook could read files next to it. **4.0.7** closes the hole; nothing else "
      "changes. Thanks to \"Kim & Co.\" for the report.\n";
  out.posts = {release_post(), long_post(),     arabic_post(),      japanese_post(),
               thread_post(),  std::move(note), std::move(advisory)};
  return out;
}

}  // namespace carillon::sample
