create table client_media (
  id text primary key,
  person text not null references person (id),
  file text not null,
  digest text not null,
  alt text not null,
  width bigint not null,
  height bigint not null,
  made bigint not null
);
create index client_media_by_made on client_media (made);
create table client_marker (
  person text not null references person (id),
  timeline text not null,
  last_read text not null,
  version bigint not null,
  updated bigint not null,
  primary key (person, timeline)
);
