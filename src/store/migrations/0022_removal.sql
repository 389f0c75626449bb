create table removal (
  announcement text primary key,
  slug text not null,
  permalink text not null,
  published bigint not null,
  removed bigint not null
);
create index removal_by_permalink on removal (permalink);
create index removal_by_slug on removal (slug);
