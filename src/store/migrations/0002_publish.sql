create table announcement (
  id text primary key,
  slug text not null unique,
  revision bigint not null,
  digest text not null,
  permalink text not null,
  draft text not null,
  created bigint not null
);
create table delivery (
  id text primary key,
  announcement text not null references announcement (id),
  revision bigint not null,
  channel text not null,
  platform text not null,
  state text not null,
  due bigint not null,
  not_before bigint not null,
  attempts bigint not null,
  armed bigint not null,
  lease bigint not null,
  reason text not null,
  hint text not null,
  rendition text not null,
  steps text not null,
  receipts text not null,
  updated bigint not null,
  unique (announcement, channel)
);
create index delivery_open on delivery (not_before)
  where state in ('planned', 'due', 'armed', 'unconfirmed');
