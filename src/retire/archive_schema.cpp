#include "retire/archive_schema.hpp"

namespace carillon::past {

namespace {

// post.number is made of the time, so that the order of the table is the order of time; what has no
// `done` import is not complete. note and short: long texts, and what the archive
// says of short addresses, only while an import runs. words reads its text from post and is built
// anew by each import.
constexpr const char* version_1 = R"sql(
create table account (
  number integer primary key,
  platform text not null,
  original text not null,
  handle text not null,
  name text not null,
  generated bigint not null
);
create table import (
  number integer primary key,
  source text not null unique,
  account bigint not null,
  file bigint not null,
  record bigint not null,
  notes_left bigint not null,
  done boolean not null
);
create table post (
  number integer primary key,
  account bigint not null,
  original text not null,
  thread bigint not null,
  place bigint not null,
  at bigint not null,
  text text not null,
  alt text not null,
  language text not null,
  kind text not null,
  reply_to text not null,
  reply_handle text not null,
  media bigint not null,
  quotes boolean not null,
  noted boolean not null,
  edited boolean not null,
  resolved bigint not null,
  unresolved bigint not null,
  seen bigint not null,
  unique (account, original)
);
create index post_in_order on post (account, thread, place);
create index post_unresolved on post (account, number) where unresolved > 0;
create table media (
  post bigint not null,
  place bigint not null,
  kind text not null,
  state text not null,
  member text not null,
  file text not null,
  address text not null,
  alt text not null,
  primary key (post, place)
) without rowid;
create index media_wanted on media (post, place) where state = 'wanted';
create table edition (
  account bigint not null,
  original text not null,
  latest text not null,
  primary key (account, original)
) without rowid;
create table closed (
  account bigint not null,
  original text not null,
  primary key (account, original)
) without rowid;
create table note (
  number bigint primary key,
  at bigint not null,
  post text not null,
  text text not null,
  links text not null,
  used boolean not null
) without rowid;
create index note_by_time on note (at);
create table short (
  address text primary key,
  target text not null
) without rowid;
create virtual table words using fts5 (
  text, alt, content='post', content_rowid='number', columnsize=0,
  tokenize='unicode61 remove_diacritics 2'
);
)sql";

// short without a key, for an index is quicker made once all is in it. words with an index of its
// beginnings of one and two letters, made in few pieces that `optimize` then joins.
constexpr const char* version_2 = R"sql(
drop table short;
create table short (
  address text not null,
  target text not null
);
drop table words;
create virtual table words using fts5 (
  text, alt, content='post', content_rowid='number', columnsize=0, prefix='1 2',
  tokenize='unicode61 remove_diacritics 2'
);
insert into words (words, rank) values ('hashsize', 33554432);
insert into words (words, rank) values ('automerge', 0);
insert into words (words) values ('rebuild');
insert into words (words) values ('optimize');
)sql";

// The words themselves: what begins with some letters is looked up here, for words would join all
// posts that hold such a word before it gives the newest.
constexpr const char* version_3 = R"sql(
create virtual table vocabulary using fts5vocab (words, 'row');
create table term (
  term text primary key
) without rowid;
insert into term select term from vocabulary;
)sql";

// What the words of 100,000 posts need, so that they are written in one piece and not joined after.
constexpr const char* version_4 = R"sql(
insert into words (words, rank) values ('hashsize', 67108864);
)sql";

}  // namespace

const std::vector<store_detail::Migration>& schema() {
  static const std::vector<store_detail::Migration> all{{"archive_0001", version_1},
                                                        {"archive_0002", version_2},
                                                        {"archive_0003", version_3},
                                                        {"archive_0004", version_4}};
  return all;
}

}  // namespace carillon::past
